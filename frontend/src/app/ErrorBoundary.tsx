import { Component, type ReactNode } from "react";
import { useText } from "../i18n/i18n.ts";
import { Button } from "../ui/Button.tsx";
import { EmptyState } from "../ui/Notice.tsx";

type Props = {
  children: ReactNode;
  /** Another place is another try. */
  place: string;
};
type State = { broken: boolean };

/** When a page itself breaks, or its code cannot be loaded any more after an update. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { broken: false };

  static getDerivedStateFromError(): State {
    return { broken: true };
  }

  override componentDidUpdate(before: Props) {
    if (this.state.broken && before.place !== this.props.place) this.setState({ broken: false });
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
