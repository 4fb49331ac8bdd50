#!/bin/sh
# Installs the packages of package-lock.json into node_modules.
set -eu
cd "$(dirname "$0")/.."

die() {
    echo "error: $*" >&2
    exit 1
}

wanted=$(sed -n 's/.*"node": *">=\([0-9.]*\)".*/\1/p' package.json)
get="install it from https://nodejs.org/en/download (Debian 13: apt-get install nodejs npm)"
command -v node >/dev/null || die "Node.js $wanted or newer is needed; $get"
command -v npm >/dev/null || die "npm is missing; it comes with Node.js (Debian: apt-get install npm)"
node -e '
    const [have, want] = process.argv.slice(1).map((text) => text.split(".").map(Number));
    const differs = want.findIndex((part, at) => part !== have[at]);
    process.exit(differs < 0 || have[differs] > want[differs] ? 0 : 1);
' "$(node -p process.versions.node)" "$wanted" ||
    die "Node.js $wanted or newer is needed, found $(node --version); $get"

echo "Installing the npm packages of package-lock.json into node_modules …"
# The browser tests look for a Chromium themselves: scripts/chromium.mjs.
PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund
