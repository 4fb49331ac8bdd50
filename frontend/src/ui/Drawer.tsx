import type { ReactNode } from "react";
import { Dialog as AriaDialog } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { Button } from "./Button.tsx";
import styles from "./Drawer.module.css";
import { Close } from "./icons.tsx";

type Props = {
  title: string;
  /** Beside the title. */
  aside?: ReactNode;
  closeLabel: string;
  onClose: () => void;
  children: ReactNode;
  /** What can be done, always in sight. */
  footer?: ReactNode;
};

/** One thing of a list in full, beside the list. */
export function Drawer(props: Props) {
  return (
    <ModalOverlay
      className={styles.overlay}
      isOpen
      onOpenChange={(open) => !open && props.onClose()}
      isDismissable
    >
      <Modal className={styles.modal}>
        <AriaDialog className={styles.dialog}>
          <header className={styles.header}>
            <Heading slot="title" className={styles.title}>
              {props.title}
            </Heading>
            {props.aside}
            <span className={styles.close}>
              <Button
                variant="quiet"
                size="small"
                icon={<Close />}
                label={props.closeLabel}
                onPress={props.onClose}
              />
            </span>
          </header>
          <div className={styles.body}>{props.children}</div>
          {props.footer && <footer className={styles.footer}>{props.footer}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
