import { useLocation, useNavigate } from "react-router";
import type { Viewer } from "../features/accounts/documents.ts";
import { useViewer } from "../features/accounts/viewer.ts";
import { type TextId, useText } from "../i18n/i18n.ts";
import { Button } from "../ui/Button.tsx";
import { classes } from "../ui/classes.ts";
import { ChevronDown } from "../ui/icons.tsx";
import { Menu, MenuItem } from "../ui/Menu.tsx";
import styles from "./AdministrationMenu.module.css";
import { paths } from "./paths.ts";

type AdministrationPage = {
  path: string;
  text: TextId;
  /** Who finds anything there. */
  isFor: (viewer: Viewer) => boolean;
};

const PAGES: AdministrationPage[] = [
  { path: paths.siteContracts(), text: "contracts.title", isFor: () => true },
  { path: paths.users(), text: "users.title", isFor: ({ change }) => change.allowed },
  { path: paths.auditLog(), text: "auditLog.title", isFor: ({ change }) => change.allowed },
  { path: paths.customers(), text: "customers.title", isFor: ({ serve }) => serve.allowed },
  { path: paths.importContracts(), text: "import.title", isFor: ({ serve }) => serve.allowed },
];

/** Pages about people and contracts, which are not needed every day. */
export function AdministrationMenu() {
  const t = useText();
  const viewer = useViewer();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const pages = PAGES.filter((page) => page.isFor(viewer));
  if (pages.length === 0) return null;
  const isHere = pages.some(({ path }) => path === pathname);
  return (
    <Menu
      align="start"
      label={t("navigation.administration")}
      trigger={
        <Button
          variant="quiet"
          className={classes(styles.trigger, isHere && styles.here)}
          isCurrent={isHere}
        >
          {t("navigation.administration")}
          <ChevronDown size={13} />
        </Button>
      }
    >
      {pages.map(({ path, text }) => (
        <MenuItem key={path} onAction={() => navigate(path)}>
          {t(text)}
        </MenuItem>
      ))}
    </Menu>
  );
}
