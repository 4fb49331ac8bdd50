import { GraphiQL } from "graphiql";
import { type FormEvent, useEffect, useMemo, useState } from "react";
import { Brand } from "../app/Brand.tsx";
import { paths } from "../app/paths.ts";
import { useTheme } from "../app/theme.ts";
import { chosenCustomer } from "../graphql/customer.ts";
import { useText } from "../i18n/i18n.ts";
import styles from "./Explorer.module.css";
import { examples } from "./examples.ts";
import { cleanToken, storedToken, storeToken } from "./token.ts";
import { createTransport, type Transport } from "./transport.ts";

const API = "/graphql";

/** GraphiQL for this installation's API, with a field to sign in by token. */
export function Explorer() {
  const t = useText();
  const [theme] = useTheme();
  const [token, setToken] = useState(storedToken);
  const [mutations, setMutations] = useState(0);
  const transport = useMemo(
    () => createTransport(API, token, () => setMutations((count) => count + 1), chosenCustomer()),
    [token],
  );
  const viewer = useViewerName(transport, mutations);
  useEffect(() => () => transport.dispose(), [transport]);

  useEffect(() => {
    document.title = `${t("explorer.title")} · dialtree`;
  }, [t]);

  const use = (pasted: string) => {
    const clean = cleanToken(pasted);
    storeToken(clean);
    setToken(clean);
  };
  return (
    <div className={styles.page}>
      <header className={styles.bar}>
        <a href={paths.inventory()} className={styles.home} aria-label={t("explorer.back")}>
          <Brand />
        </a>
        <h1 className={styles.title}>{t("explorer.title")}</h1>
        <TokenForm key={token} token={token} onUse={use} />
        <p className={styles.viewer} role="status">
          {viewer === null ? (
            <>
              {t("explorer.nobody")}{" "}
              {token === "" && <a href={paths.login()}>{t("login.submit")}</a>}
            </>
          ) : (
            viewer && t("explorer.viewer", { name: viewer })
          )}
        </p>
      </header>
      <main className={styles.explorer}>
        <GraphiQL
          fetcher={transport.fetcher}
          defaultTabs={examples.map(({ query, variables }) => ({
            query,
            variables: variables ? JSON.stringify(variables, null, 2) : null,
            headers: null,
          }))}
          // Ids, search texts and passwords are nobody's business on a shared machine.
          storage={sessionStorage}
          forcedTheme={theme}
          defaultEditorToolsVisibility="variables"
          showPersistHeadersSettings={false}
        />
      </main>
    </div>
  );
}

/** Who is signed in; null: nobody, undefined: not known (yet). */
function useViewerName({ fetcher }: Transport, mutations: number): string | null | undefined {
  const [name, setName] = useState<string | null>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again after each mutation
  useEffect(() => {
    let stopped = false;
    const ask = async () => {
      const answer = (await fetcher({
        query: "{ viewer { name customer { name } } }",
      })) as ViewerAnswer;
      if (!stopped) setName(answer.data ? nameOf(answer.data.viewer) : null);
    };
    ask().catch(() => !stopped && setName(undefined));
    return () => {
      stopped = true;
    };
  }, [fetcher, mutations]);
  return name;
}

type ViewerData = { name: string; customer: { name: string } };
type ViewerAnswer = { data?: { viewer: ViewerData | null } | null };

/** With the customer, which service staff choose. */
function nameOf(viewer: ViewerData | null): string | null {
  return viewer && `${viewer.name} · ${viewer.customer.name}`;
}

/** Enter takes the token over; without one the session of the page counts. */
function TokenForm({ token, onUse }: { token: string; onUse: (token: string) => void }) {
  const t = useText();
  const [text, setText] = useState(token);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onUse(text);
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <label className={styles.label} htmlFor="token">
        {t("explorer.token")}
      </label>
      <input
        id="token"
        className={styles.token}
        type="password"
        autoComplete="off"
        spellCheck={false}
        placeholder={t("explorer.tokenPlaceholder")}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {cleanToken(text) === token ? (
        token !== "" && (
          <button type="button" className={styles.button} onClick={() => onUse("")}>
            {t("explorer.forget")}
          </button>
        )
      ) : (
        <button type="submit" className={styles.button}>
          {t("explorer.use")}
        </button>
      )}
    </form>
  );
}
