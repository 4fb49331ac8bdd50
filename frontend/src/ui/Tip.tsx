import type { ReactNode } from "react";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { Tooltip, TooltipTrigger } from "react-aria-components/Tooltip";
import buttonStyles from "./Button.module.css";
import styles from "./Tip.module.css";

/** A short sign with its meaning behind it; hover, focus or a tap tells. */
export function Tip(props: { children: ReactNode; text: string }) {
  const [open, setOpen] = useState(false);
  return (
    <TooltipTrigger delay={250} closeDelay={0} isOpen={open} onOpenChange={setOpen}>
      <AriaButton className={styles.tip} onPress={() => setOpen(true)}>
        {props.children}
        <span className="visually-hidden">: {props.text}</span>
      </AriaButton>
      <Tooltip className={buttonStyles.tooltip} offset={6}>
        {props.text}
      </Tooltip>
    </TooltipTrigger>
  );
}
