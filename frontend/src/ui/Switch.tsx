import { Switch as AriaSwitch } from "react-aria-components/Switch";
import styles from "./Switch.module.css";

type Props = { children: string; isSelected: boolean; onChange: (selected: boolean) => void };

export function Switch(props: Props) {
  return (
    <AriaSwitch className={styles.switch} isSelected={props.isSelected} onChange={props.onChange}>
      <span className={styles.track}>
        <span className={styles.knob} />
      </span>
      {props.children}
    </AriaSwitch>
  );
}
