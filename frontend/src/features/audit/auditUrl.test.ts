import { describe, expect, it } from "vitest";
import {
  actions,
  auditQuery,
  auditVariables,
  exportAddress,
  isFiltered,
  parseAudit,
} from "./auditUrl.ts";

const parse = (query: string) => parseAudit(new URLSearchParams(query));

describe("the filters in the address", () => {
  const full =
    "subject=abc&who=def&what=TRUNK_ORDERED%2CPASSWORD_SHOWN&from=2026-11-01&until=2026-11-30&search=Hamm";

  it("come back as they were written", () => {
    const filter = parse(full);
    expect(filter).toEqual({
      subject: "abc",
      who: "def",
      what: ["TRUNK_ORDERED", "PASSWORD_SHOWN"],
      from: "2026-11-01",
      until: "2026-11-30",
      search: "Hamm",
    });
    const query = new URLSearchParams(auditQuery(filter) as Record<string, string>);
    expect(query.toString()).toBe(full);
  });

  it("are nothing where nothing is set or nothing can be read", () => {
    for (const query of ["", "what=NONSENSE&from=yesterday&until=2026-13-45&who=&subject="]) {
      const filter = parse(query);
      expect(isFiltered(filter)).toBe(false);
      expect(Object.values(auditVariables(filter)).every((value) => value === null)).toBe(true);
    }
    expect(isFiltered(parse("from=2026-11-01"))).toBe(true);
  });

  it("are those of the file too", () => {
    expect(exportAddress(parse(full), "customer-1")).toBe(
      "/audit-log.csv?customer=customer-1&subjectId=abc&userId=def&from=2026-11-01" +
        "&until=2026-11-30&search=Hamm&action=TRUNK_ORDERED&action=PASSWORD_SHOWN",
    );
    expect(exportAddress(parse(""), "customer-1")).toBe("/audit-log.csv?customer=customer-1");
  });

  it("know every action of the API", () => {
    expect(new Set(actions).size).toBe(actions.length);
    expect(actions).toContain("PASSWORD_SHOWN");
  });
});
