import type { FormEvent, ReactNode } from "react";
import { Dialog as AriaDialog } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { Button } from "./Button.tsx";
import styles from "./Dialog.module.css";
import { Close } from "./icons.tsx";
import { Notice } from "./Notice.tsx";

type Props = {
  title: string;
  children: ReactNode;
  isOpen: boolean;
  onClose: () => void;
  closeLabel: string;
  /** alertdialog: something is destroyed and has to be confirmed. */
  role?: "dialog" | "alertdialog";
};

export function Dialog(props: Props) {
  return (
    <ModalOverlay
      className={styles.overlay}
      isOpen={props.isOpen}
      onOpenChange={(open) => !open && props.onClose()}
      isDismissable
    >
      <Modal className={styles.modal}>
        <AriaDialog className={styles.dialog} role={props.role}>
          <header className={styles.header}>
            <Heading slot="title" className={styles.title}>
              {props.title}
            </Heading>
            <Button
              variant="quiet"
              size="small"
              icon={<Close />}
              label={props.closeLabel}
              onPress={props.onClose}
            />
          </header>
          {props.children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

type FormProps = {
  children: ReactNode;
  /** The refusal of what was asked: it stands here and nowhere else. */
  refusal?: string | null;
  submitLabel: string;
  cancelLabel: string;
  /** The action is known to be refused: its reason. */
  submitRefusal?: string | null;
  submitVariant?: "primary" | "danger";
  busy?: boolean;
  onSubmit: () => void;
  onCancel: () => void;
};

/** The inside of a dialog that asks for something: content, refusal, two buttons. */
export function DialogForm(props: FormProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!props.submitRefusal) props.onSubmit();
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <div className={styles.body}>{props.children}</div>
      {props.refusal && <Notice tone="bad">{props.refusal}</Notice>}
      <footer className={styles.footer}>
        <Button onPress={props.onCancel}>{props.cancelLabel}</Button>
        <Button
          type="submit"
          variant={props.submitVariant ?? "primary"}
          busy={props.busy}
          refusal={props.submitRefusal}
        >
          {props.submitLabel}
        </Button>
      </footer>
    </form>
  );
}
