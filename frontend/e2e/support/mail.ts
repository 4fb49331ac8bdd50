import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { environment } from "./environment.ts";

/** An e-mail as its reader sees it. */
export type Mail = {
  to: string;
  subject: string;
  language: string;
  text: string;
  html: string;
};

/** The e-mail about this order; waits until it is there. */
export function mailAbout(reference: string): Promise<Mail> {
  return theMail(`about ${reference}`, ({ subject }) => subject.includes(` ${reference})`));
}

/** The e-mail to this address with this subject; waits until it is there. */
export function mailTo(address: string, subject: string): Promise<Mail> {
  return theMail(
    `“${subject}” to ${address}`,
    (mail) => mail.to.includes(address) && mail.subject === subject,
  );
}

async function theMail(what: string, isIt: (mail: Mail) => boolean): Promise<Mail> {
  const folder = join(environment.dataDir, "mail");
  let found: Mail[] = [];
  await expect
    .poll(
      async () => {
        const names = (await readdir(folder)).filter((name) => name.endsWith(".eml"));
        const mails = await Promise.all(
          names.map((name) => readFile(join(folder, name), "latin1")),
        );
        found = mails.map(readMail).filter(isIt);
        return found.length;
      },
      { message: `e-mails ${what}`, timeout: 15_000 },
    )
    .toBe(1);
  const [mail] = found;
  if (!mail) throw new Error("unreachable: one was found");
  return mail;
}

/** Reads what dialtree writes: multipart/alternative of two quoted-printable UTF-8 parts. */
export function readMail(raw: string): Mail {
  const { headers, body } = readPart(raw);
  const [, boundary] = /boundary="([^"]+)"/.exec(headers["content-type"] ?? "") ?? [];
  if (!boundary) throw new Error(`no multipart e-mail: ${headers["content-type"]}`);
  const parts = body.split(`--${boundary}`).slice(1, -1).map(readPart);
  const content = (type: string) => {
    const part = parts.find(({ headers }) => headers["content-type"]?.startsWith(type));
    expect(part?.headers["content-transfer-encoding"], type).toBe("quoted-printable");
    return quotedPrintable(part?.body ?? "");
  };
  return {
    to: encodedWords(headers.to ?? ""),
    subject: encodedWords(headers.subject ?? ""),
    language: headers["content-language"] ?? "",
    text: content("text/plain"),
    html: content("text/html"),
  };
}

function readPart(raw: string): { headers: Record<string, string>; body: string } {
  const lines = raw.replaceAll("\r\n", "\n").replace(/^\n/, "");
  const end = lines.indexOf("\n\n");
  const unfolded = lines.slice(0, end).replace(/\n[ \t]+/g, " ");
  const headers = unfolded.split("\n").map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { headers: Object.fromEntries(headers), body: lines.slice(end + 2) };
}

function quotedPrintable(text: string): string {
  const bytes = text
    .replace(/=\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** RFC 2047: `=?utf-8?q?M=C3=BCnchen?=` */
function encodedWords(header: string): string {
  return header
    .replace(/(\?=)\s+(=\?)/g, "$1$2")
    .replace(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_, encoding: string, text: string) =>
      encoding.toLowerCase() === "b"
        ? Buffer.from(text, "base64").toString("utf8")
        : quotedPrintable(text.replaceAll("_", " ")),
    );
}
