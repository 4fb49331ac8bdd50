import { compileMessageOrThrow } from "@lingui/message-utils/compileMessage";
import { describe, expect, it } from "vitest";
import de from "./de.json";
import en from "./en.json";

const sources = import.meta.glob<string>(["../**/*.{ts,tsx}", "!../**/*.test.{ts,tsx}"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const code = Object.values(sources).join("\n");

/** `role.${x}` in the code: every id of that form counts as used. */
const computed = [...code.matchAll(/`((?:[a-zA-Z.]|\$\{[^}`]*\})+)`/g)]
  .map(([, template]) => template ?? "")
  .filter(
    (template) => template.includes("${") && /[a-z]{3}/.test(template.replace(/\$\{[^}]*\}/g, "")),
  )
  .map(
    (template) =>
      new RegExp(`^${template.replaceAll(".", "\\.").replace(/\$\{[^}]*\}/g, "[a-zA-Z_]+")}$`),
  );

function parameters(text: string): string[] {
  const names = new Set<string>();
  const walk = (tokens: unknown) => {
    if (!Array.isArray(tokens)) return;
    for (const token of tokens) {
      if (!Array.isArray(token)) continue;
      const [name, , choices] = token as [string, string?, unknown?];
      if (name !== "#") names.add(name);
      if (choices && typeof choices === "object") Object.values(choices).forEach(walk);
    }
  };
  walk(compileMessageOrThrow(text));
  return [...names].sort();
}

describe("catalogues", () => {
  it("have the same texts in both languages, in order", () => {
    expect(Object.keys(de)).toEqual(Object.keys(en));
    expect(Object.keys(en)).toEqual(Object.keys(en).sort());
  });

  it.each(Object.keys(en) as (keyof typeof en)[])("%s reads and takes the same values", (id) => {
    expect(de[id].trim()).not.toBe("");
    expect(parameters(de[id])).toEqual(parameters(en[id]));
  });

  it("have no text that nobody shows", () => {
    const unused = Object.keys(en).filter(
      (id) => !code.includes(`"${id}"`) && !computed.some((form) => form.test(id)),
    );
    expect(unused).toEqual([]);
  });
});
