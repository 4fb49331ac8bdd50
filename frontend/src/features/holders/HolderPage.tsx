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
import { HolderDetails } from "./HolderDetails.tsx";
import styles from "./HolderPage.module.css";
import { HolderPageQuery } from "./holderDocuments.ts";

/** One SIP trunk, Cloud PBX or UCC connection: all that is known of it and can be done with it. */
export default function HolderPage() {
  const t = useText();
  const { id = "" } = useParams();
  const [{ data, error }, ask] = useQuery({ query: HolderPageQuery, variables: { id } });
  const node = data?.node;
  const holder = node && "openOrders" in node ? node : null;
  const name = holder?.name;

  useEffect(() => {
    document.title = [name, "dialtree"].filter(Boolean).join(" · ");
  }, [name]);

  return (
    <div className={styles.page}>
      <Link className={styles.back} href={paths.inventory()}>
        <ChevronLeft size={14} />
        {t("navigation.inventory")}
      </Link>
      {holder ? (
        // What one holder's page remembers (a password) is not for the next.
        <HolderDetails key={holder.id} holder={holder} />
      ) : data ? (
        <EmptyState
          title={t("holder.gone.title")}
          action={<ButtonLink href={paths.inventory()}>{t("notFound.toInventory")}</ButtonLink>}
        >
          {t("holder.gone.details")}
        </EmptyState>
      ) : error ? (
        <EmptyState
          title={t("holder.failed")}
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
