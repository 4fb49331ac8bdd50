import type { ReactNode } from "react";

/** Drawn for this product on a 16 px grid, in the text's colour; always beside or instead of text
 * that says the same, so never announced. */
function icon(name: string, drawing: ReactNode) {
  function Icon(props: { size?: number; className?: string }) {
    const { size = 16 } = props;
    return (
      <svg
        aria-hidden="true"
        className={props.className}
        width={size}
        height={size}
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        {drawing}
      </svg>
    );
  }
  Icon.displayName = name;
  return Icon;
}

export const ChevronRight = icon("ChevronRight", <path d="m6 3.5 4.5 4.5L6 12.5" />);
export const ChevronLeft = icon("ChevronLeft", <path d="M10 3.5 5.5 8l4.5 4.5" />);
export const ChevronDown = icon("ChevronDown", <path d="m3.5 6 4.5 4.5L12.5 6" />);
export const Close = icon("Close", <path d="m4 4 8 8m0-8-8 8" />);
export const Check = icon("Check", <path d="m3 8.5 3.2 3.2L13 5" />);
export const Search = icon(
  "Search",
  <path d="M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9Zm3.3-1.2 3.2 3.2" />,
);
export const Split = icon("Split", <path d="M2.5 8h4m0 0 3.5-4.5h3.5M6.5 8 10 12.500h3.5" />);
export const Merge = icon("Merge", <path d="M13.5 8h-4m0 0L6 3.500H2.500M9.5 8 6 12.500H2.5" />);
export const Edit = icon("Edit", <path d="M3 13h2.300L13 5.3 10.7 3 3 10.700V13Z" />);
export const Info = icon(
  "Info",
  <path d="M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Zm0-6.500V11M8 5v.01" />,
);
export const Warning = icon(
  "Warning",
  <path d="M8 2.5 1.8 13.200h12.400L8 2.500ZM8 6.800v3M8 11.500v.01" />,
);
export const Person = icon(
  "Person",
  <path d="M8 8a2.7 2.7 0 1 0 0-5.400A2.7 2.7 0 0 0 8 8Zm-5 5.500c.4-2.4 2.4-3.5 5-3.500s4.6 1.1 5 3.5" />,
);
export const Sun = icon(
  "Sun",
  <path d="M8 10.700a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.400ZM8 1.500v1.200m0 10.600v1.200M1.5 8h1.200m10.6 0h1.200M3.4 3.400l.9.900m7.4 7.4.9.900m0-9.2-.9.900m-7.4 7.4-.9.9" />,
);
export const Moon = icon(
  "Moon",
  <path d="M13.3 9.600A5.7 5.7 0 0 1 6.4 2.700a5.7 5.7 0 1 0 6.9 6.900Z" />,
);
export const Contrast = icon(
  "Contrast",
  <>
    <path d="M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z" />
    <path d="M8 2a6 6 0 0 1 0 12V2Z" fill="currentColor" />
  </>,
);
export const External = icon(
  "External",
  <path d="M9.5 2.500h4v4m0-4-6 6m4 1v3a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1h3" />,
);
export const Phone = icon(
  "Phone",
  <path d="M5.7 2.500H3.300c-.5 0-.8.4-.8.800a10.2 10.2 0 0 0 10.2 10.200c.5 0 .8-.4.8-.800v-2.400l-3-1-1.3 1.500a8 8 0 0 1-4-4l1.5-1.3-1-3Z" />,
);
export const Calendar = icon(
  "Calendar",
  <path d="M2.5 6.500h11M5.5 1.800v2.400m5-2.400v2.400M3.5 3h9a1 1 0 0 1 1 1v8.500a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1Z" />,
);
export const Globe = icon(
  "Globe",
  <path d="M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM2 8h12M8 2c2.2 2 2.2 10 0 12M8 2c-2.2 2-2.2 10 0 12" />,
);
export const Settings = icon(
  "Settings",
  <path d="M2.5 4.5h6m3 0h2M2.5 11.5h2m3 0h6M8.5 4.5a1.5 1.5 0 1 0 3 0 1.5 1.5 0 0 0-3 0ZM4.5 11.5a1.5 1.5 0 1 0 3 0 1.5 1.5 0 0 0-3 0Z" />,
);
export const SignOut = icon(
  "SignOut",
  <path d="M6.5 2.5h-3a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h3M10.5 5l3 3-3 3m3-3h-7" />,
);
export const Plus = icon("Plus", <path d="M8 3v10M3 8h10" />);
export const Minus = icon("Minus", <path d="M3 8h10" />);
export const Undo = icon(
  "Undo",
  <path d="M3 6.500h6.500a3.500 3.500 0 0 1 0 7H6M3 6.500l3-3m-3 3 3 3" />,
);
export const Copy = icon(
  "Copy",
  <path d="M5.5 5.500h7a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-6a1 1 0 0 1-1-1v-7Zm-1 5h-1a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1v1" />,
);
export const Download = icon("Download", <path d="M8 2.500v7.500m-3-3 3 3 3-3M3 13.500h10" />);
export const Refresh = icon(
  "Refresh",
  <path d="M13 8a5 5 0 1 1-1.500-3.600L13 6m0-3.500V6H9.500" />,
);
export const Trash = icon(
  "Trash",
  <path d="M2.5 4.500h11m-7.500 0v-2h4v2m-5.500 0 .6 9h5.800l.6-9M6.700 7v4m2.600-4v4" />,
);
export const Key = icon(
  "Key",
  <path d="M5 13.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm2.100-5.100 5.900-5.900m-2.500 2.500 2 2" />,
);
export const ArrowRight = icon("ArrowRight", <path d="M3 8h10m-4-4 4 4-4 4" />);
export const ArrowLeft = icon("ArrowLeft", <path d="M13 8H3m4-4L3 8l4 4" />);
export const More = icon("More", <path d="M8 3.500v.010M8 8v.010M8 12.500v.010" />);
export const Mail = icon(
  "Mail",
  <path d="M2.500 4.500h11v7.500a.5.5 0 0 1-.5.5H3a.5.5 0 0 1-.5-.5V4.500Zm0 0 5.500 4.500 5.500-4.500" />,
);
