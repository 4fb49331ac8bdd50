import { Component, type ReactNode } from "react";
import { useText } from "../i18n/i18n.ts";
import { Button } from "../ui/Button.tsx";
import { EmptyState } from "../ui/Notice.tsx";

/** When a page itself breaks, or its code cannot be loaded any more after an update. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <BrokenPage /> : this.props.children;
  }
}

function BrokenPage() {
  const t = useText();
  return (
    <EmptyState
      title={t("broken.title")}
      action={<Button onPress={() => location.reload()}>{t("broken.reload")}</Button>}
    >
      {t("broken.details")}
    </EmptyState>
  );
}
