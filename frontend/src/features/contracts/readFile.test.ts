import { describe, expect, it } from "vitest";
import { decode } from "./readFile.ts";

const bytes = (...codes: number[]) => new Uint8Array(codes).buffer;

describe("the text of a file", () => {
  it("is read as UTF-8, without the mark that spreadsheets put before it", () => {
    expect(decode(bytes(0xef, 0xbb, 0xbf, 0x4b, 0xc3, 0xb6, 0x6c, 0x6e))).toBe("Köln");
  });

  it("is read as Windows-1252 where it is no UTF-8", () => {
    expect(decode(bytes(0x4b, 0xf6, 0x6c, 0x6e))).toBe("Köln");
  });
});
