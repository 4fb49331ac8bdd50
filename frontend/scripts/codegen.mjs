// Derives from ../schema.graphql what the front end needs of it:
//   schema.generated.d.ts   types for gql.tada, so that `tsc` checks every document's result
//   schema.generated.json   for the cache: members of unions and interfaces, types without an id;
//                           and the values of enums that the page lists
// With --check nothing is written; it fails when a committed file is not what the schema gives.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSchema, isAbstractType, isInterfaceType, isObjectType } from "graphql";

/** Enums whose values the page lists. */
const LISTED = ["AuditAction"];

const root = new URL("../", import.meta.url).pathname;
const types = join(root, "src/graphql/schema.generated.d.ts");
const shape = join(root, "src/graphql/schema.generated.json");

function generateTypes() {
  const folder = mkdtempSync(join(tmpdir(), "codegen-"));
  const output = join(folder, "schema.d.ts");
  try {
    execFileSync("gql.tada", ["generate-output", "--output", output], { cwd: root, stdio: "pipe" });
    return readFileSync(output, "utf8");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function generateShape() {
  const schema = buildSchema(readFileSync(join(root, "../schema.graphql"), "utf8"));
  const named = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith("__"));
  const operations = [
    schema.getQueryType(),
    schema.getMutationType(),
    schema.getSubscriptionType(),
  ];
  const possibleTypes = Object.fromEntries(
    named.filter(isAbstractType).map((type) => [
      type.name,
      schema
        .getPossibleTypes(type)
        .map((member) => member.name)
        .sort(),
    ]),
  );
  const embedded = named
    .filter((type) => isObjectType(type) && !isInterfaceType(type) && !operations.includes(type))
    .filter((type) => !("id" in type.getFields()))
    .map((type) => type.name)
    .sort();
  const enums = Object.fromEntries(
    LISTED.map((name) => [
      name,
      schema
        .getType(name)
        .getValues()
        .map((value) => value.name),
    ]),
  );
  return `${JSON.stringify({ possibleTypes, embedded, enums }, null, 2)}\n`;
}

const wanted = [
  [types, generateTypes()],
  [shape, generateShape()],
];
if (process.argv.includes("--check")) {
  const stale = wanted.filter(([file, text]) => {
    try {
      return readFileSync(file, "utf8") !== text;
    } catch {
      return true;
    }
  });
  for (const [file] of stale) console.error(`not what schema.graphql gives: ${file}`);
  if (stale.length > 0) {
    console.error("run: npm run codegen");
    process.exit(1);
  }
} else {
  for (const [file, text] of wanted) writeFileSync(file, text);
}
