import type { ReactNode } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { Disclosure, DisclosurePanel } from "react-aria-components/Disclosure";
import { Heading } from "react-aria-components/Heading";
import { ChevronRight } from "./icons.tsx";
import styles from "./Section.module.css";

type Props = {
  title: string;
  /** Smaller, beside the title: what the section is about in other words. */
  subtitle?: string;
  /** At the right of the title: the section's key figure. */
  summary?: ReactNode;
  isOpen: boolean;
  onOpenChange: (open: boolean) => void;
  children: ReactNode;
};

/** A part of a page that can be closed. What is closed is not rendered, so it asks for nothing. */
export function Section(props: Props) {
  return (
    <Disclosure
      className={styles.section}
      isExpanded={props.isOpen}
      onExpandedChange={props.onOpenChange}
    >
      <div className={styles.header}>
        <Heading level={2} className={styles.heading}>
          <AriaButton slot="trigger" className={styles.trigger}>
            <ChevronRight className={styles.chevron} />
            <span>
              {props.title}
              {props.subtitle && <span className={styles.subtitle}> {props.subtitle}</span>}
            </span>
          </AriaButton>
        </Heading>
        {props.summary && <div className={styles.summary}>{props.summary}</div>}
      </div>
      <DisclosurePanel className={styles.panel}>
        {props.isOpen && <div className={styles.body}>{props.children}</div>}
      </DisclosurePanel>
    </Disclosure>
  );
}
