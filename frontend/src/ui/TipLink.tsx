import { type ReactNode, useState } from "react";
import { Link } from "react-aria-components/Link";
import { Tooltip, TooltipTrigger } from "react-aria-components/Tooltip";
import buttonStyles from "./Button.module.css";

type Props = { href: string; text: string; children: ReactNode; className?: string };

/** A link in a word, with the sentence behind it; hover and focus tell it. */
export function TipLink({ href, text, children, className }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <TooltipTrigger delay={250} closeDelay={0} isOpen={isOpen} onOpenChange={setOpen}>
      <Link className={className} href={href}>
        {children}
        <span className="visually-hidden">: {text}</span>
      </Link>
      <Tooltip className={buttonStyles.tooltip} offset={6}>
        {text}
      </Tooltip>
    </TooltipTrigger>
  );
}
