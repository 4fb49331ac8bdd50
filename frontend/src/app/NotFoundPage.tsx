import { useText } from "../i18n/i18n.ts";
import { ButtonLink } from "../ui/Button.tsx";
import { EmptyState } from "../ui/Notice.tsx";
import { paths } from "./paths.ts";

export function NotFoundPage() {
  const t = useText();
  return (
    <EmptyState
      title={t("notFound.title")}
      action={<ButtonLink href={paths.inventory()}>{t("notFound.toInventory")}</ButtonLink>}
    >
      {t("notFound.details")}
    </EmptyState>
  );
}
