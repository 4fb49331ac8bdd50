import { useEffect } from "react";
import { Link } from "react-aria-components/Link";
import { useParams } from "react-router";
import { useQuery } from "urql";
import { paths } from "../../app/paths.ts";
import { useText } from "../../i18n/i18n.ts";
import { Button, ButtonLink } from "../../ui/Button.tsx";
import { ChevronLeft } from "../../ui/icons.tsx";
import { EmptyState } from "../../ui/Notice.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { HolderQuery } from "./documents.ts";
import styles from "./EditNumbersPage.module.css";
import { NumbersEditor } from "./NumbersEditor.tsx";

/** Adds numbers to one holder and takes others from it, in one order (H1-H5). */
export default function EditNumbersPage() {
  const t = useText();
  const { id = "" } = useParams();
  const [{ data, error }, ask] = useQuery({ query: HolderQuery, variables: { id } });
  const node = data?.node;
  const holder = node && "takesExecutionDate" in node ? node : null;
  const name = holder?.name ?? "";

  useEffect(() => {
    document.title = `${[t("holders.editNumbers"), name].filter(Boolean).join(": ")} · dialtree`;
  }, [t, name]);

  return (
    <div className={styles.page}>
      <header>
        <Link className={styles.back} href={paths.inventory()}>
          <ChevronLeft size={14} />
          {t("navigation.inventory")}
        </Link>
        <h1 className={styles.title}>
          {t("holders.editNumbers")}
          {holder && (
            <span className={styles.holder}>
              {holder.name}
              <span className={styles.kind}>
                {holder.__typename === "UccConnection"
                  ? holder.partner.name
                  : t(`numbers.holderKind.${holder.kind}`)}
              </span>
            </span>
          )}
        </h1>
      </header>
      {holder ? (
        <NumbersEditor key={holder.id} holder={holder} />
      ) : data ? (
        <EmptyState
          title={t("numbers.noHolder.title")}
          action={<ButtonLink href={paths.inventory()}>{t("notFound.toInventory")}</ButtonLink>}
        >
          {t("numbers.noHolder.details")}
        </EmptyState>
      ) : error ? (
        <EmptyState
          title={t("numbers.failed")}
          action={
            <Button onPress={() => ask({ requestPolicy: "network-only" })}>
              {t("common.tryAgain")}
            </Button>
          }
        />
      ) : (
        <Skeleton width="18rem" />
      )}
    </div>
  );
}
