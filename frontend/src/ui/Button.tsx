import { type ReactNode, useId, useState } from "react";
import { Button as AriaButton, type PressEvent } from "react-aria-components/Button";
import { Link } from "react-aria-components/Link";
import { Tooltip, TooltipTrigger } from "react-aria-components/Tooltip";
import styles from "./Button.module.css";
import { classes } from "./classes.ts";
import { Spinner } from "./Spinner.tsx";

type Look = {
  /** primary: the one thing to do here; danger: the same where it destroys something. */
  variant?: "primary" | "secondary" | "quiet" | "danger";
  size?: "medium" | "small";
  icon?: ReactNode;
};

type Props = Look & {
  children?: ReactNode;
  /** Why this cannot be done now. The button stays reachable and tells it instead of acting. */
  refusal?: string | null;
  /** The form is told of it although it is refused, and points at what is missing. */
  submitsRefused?: boolean;
  /** Working: keeps its width and focus, and does nothing when pressed. */
  busy?: boolean;
  type?: "button" | "submit";
  /** Required where there is no text; also shown as a tooltip then. */
  label?: string;
  slot?: "close" | null;
  autoFocus?: boolean;
  /** It opens a part of the app that the open page belongs to. */
  isCurrent?: boolean;
  className?: string;
  onPress?: (event: PressEvent) => void;
};

function lookOf(props: Look & { className?: string; iconOnly: boolean }) {
  const { variant = "secondary", size = "medium" } = props;
  return classes(
    styles.button,
    styles[variant],
    styles[size],
    props.iconOnly && styles.iconOnly,
    props.className,
  );
}

export function Button(props: Props) {
  const { children, icon, label, refusal, busy = false, type = "button" } = props;
  const reasonId = useId();
  const [reasonOpen, setReasonOpen] = useState(false);
  const iconOnly = children === undefined;

  const button = (
    <AriaButton
      type={refusal && !props.submitsRefused ? "button" : type}
      className={lookOf({ ...props, iconOnly })}
      aria-label={label}
      aria-current={props.isCurrent ? true : undefined}
      aria-disabled={refusal ? true : undefined}
      aria-describedby={refusal ? reasonId : undefined}
      isPending={busy}
      slot={props.slot}
      autoFocus={props.autoFocus}
      // Tooltips do not open on touch; pressing is how a finger asks why.
      onPress={refusal ? () => setReasonOpen(true) : props.onPress}
    >
      {busy ? <Spinner /> : icon}
      {children !== undefined && <span>{children}</span>}
    </AriaButton>
  );
  // The same elements with and without a reason: the focus must survive when it comes or goes.
  if ("refusal" in props) {
    const tip = refusal ?? (iconOnly ? label : undefined);
    return (
      <>
        <TooltipTrigger
          delay={250}
          closeDelay={0}
          isDisabled={!tip}
          isOpen={Boolean(tip) && reasonOpen}
          onOpenChange={setReasonOpen}
        >
          {button}
          <Tooltip className={styles.tooltip} offset={6}>
            {tip}
          </Tooltip>
        </TooltipTrigger>
        {refusal && (
          <span id={reasonId} hidden>
            {refusal}
          </span>
        )}
      </>
    );
  }
  if (iconOnly && label) {
    return (
      <TooltipTrigger delay={500} closeDelay={0}>
        {button}
        <Tooltip className={styles.tooltip} offset={6}>
          {label}
        </Tooltip>
      </TooltipTrigger>
    );
  }
  return button;
}

type LinkProps = Look & {
  href: string;
  children: ReactNode;
  /** Where the text alone does not tell this link from others; it begins with the text. */
  label?: string;
  /** It leads to a file, which is kept instead of shown. */
  download?: boolean;
  /** For an address that is no page of the app: the router is not asked. */
  leaves?: boolean;
  /** As with `Button`: where it leads cannot be done now, and why. */
  refusal?: string | null;
  className?: string;
};

/** A link that looks like a button. With a refusal it becomes a button that tells it. */
export function ButtonLink(props: LinkProps) {
  if (props.refusal) {
    const { href: _, download: __, leaves: ___, ...rest } = props;
    return <Button {...rest} />;
  }
  return (
    <Link
      href={props.href}
      download={props.download}
      // Links with a target are left to the browser.
      target={props.leaves ? "_top" : undefined}
      aria-label={props.label}
      className={lookOf({ ...props, iconOnly: false })}
    >
      {props.icon}
      <span>{props.children}</span>
    </Link>
  );
}
