import { type FormEvent, useRef, useState } from "react";
import { DropZone } from "react-aria-components/DropZone";
import { FileTrigger } from "react-aria-components/FileTrigger";
import { Text } from "react-aria-components/Text";
import { useText } from "../../i18n/i18n.ts";
import { Button } from "../../ui/Button.tsx";
import { Notice } from "../../ui/Notice.tsx";
import styles from "./ImportPage.module.css";
import { decode, MAX_BYTES } from "./readFile.ts";

/** What is imported. name: of the file; null: it was pasted. */
export type Source = { name: string | null; text: string };

const COLUMNS =
  "contract;street;postcode;town;status;start_date;area_code;stem;extension_digits;first_digits";

type Props = { busy: boolean; onChosen: (source: Source) => void };

/** A file that is chosen or dropped, or pasted text. */
export function ImportSource({ busy, onChosen }: Props) {
  const t = useText();
  const [tooLarge, setTooLarge] = useState(false);
  // Not a state of React: a long text would be copied at every key.
  const pasted = useRef<HTMLTextAreaElement>(null);

  const read = async (file: File) => {
    setTooLarge(file.size > MAX_BYTES);
    if (file.size > MAX_BYTES) return;
    onChosen({ name: file.name, text: decode(await file.arrayBuffer()) });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const text = pasted.current?.value ?? "";
    if (text.trim()) onChosen({ name: null, text });
    else pasted.current?.focus();
  };
  return (
    <>
      <DropZone
        className={styles.drop}
        onDrop={async ({ items }) => {
          const [file] = items.filter((item) => item.kind === "file");
          if (file && !busy) await read(await file.getFile());
        }}
      >
        <Text slot="label">{t("import.drop")}</Text>
        <FileTrigger
          acceptedFileTypes={[".csv", "text/csv", "text/plain"]}
          onSelect={(files) => {
            const file = files?.[0];
            if (file) void read(file);
          }}
        >
          <Button variant="primary" busy={busy}>
            {t("import.choose")}
          </Button>
        </FileTrigger>
        <p className={styles.hint}>{t("import.hint")}</p>
        <code className={styles.columns}>{COLUMNS}</code>
      </DropZone>
      {tooLarge && <Notice tone="bad">{t("import.tooLarge")}</Notice>}
      <form className={styles.paste} onSubmit={submit}>
        <label className={styles.label} htmlFor="pasted">
          {t("import.paste")}
        </label>
        <textarea
          id="pasted"
          ref={pasted}
          className={styles.text}
          placeholder={COLUMNS}
          spellCheck={false}
        />
        <div className={styles.actions}>
          <Button type="submit" busy={busy}>
            {t("import.check")}
          </Button>
        </div>
      </form>
    </>
  );
}
