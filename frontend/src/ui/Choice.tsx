import { Radio, RadioGroup } from "react-aria-components/RadioGroup";
import styles from "./Choice.module.css";

type Props<Value extends string> = {
  /** What is chosen, for screen readers. */
  label: string;
  value: Value;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
};

/** One of a few, all in sight. */
export function Choice<Value extends string>(props: Props<Value>) {
  const choose = (chosen: string) => {
    const option = props.options.find(({ value }) => value === chosen);
    if (option) props.onChange(option.value);
  };
  return (
    <RadioGroup
      className={styles.choice}
      aria-label={props.label}
      orientation="horizontal"
      value={props.value}
      onChange={choose}
    >
      {props.options.map(({ value, label }) => (
        <Radio key={value} value={value} className={styles.option}>
          {label}
        </Radio>
      ))}
    </RadioGroup>
  );
}
