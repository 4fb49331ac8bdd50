import type { ReactNode } from "react";
import { useNavigate } from "react-router";
import { useMutation } from "urql";
import { LogoutMutation } from "../features/accounts/documents.ts";
import { languages, useLanguageChoice } from "../features/accounts/useLanguageChoice.ts";
import { useViewMode, viewModes } from "../features/accounts/useViewMode.ts";
import { useViewer } from "../features/accounts/viewer.ts";
import { useSession } from "../graphql/session.tsx";
import { useLanguage, useText } from "../i18n/i18n.ts";
import { Button } from "../ui/Button.tsx";
import { Contrast, Moon, Person, Settings, SignOut, Sun } from "../ui/icons.tsx";
import { Menu, MenuChoice, MenuItem, MenuNote } from "../ui/Menu.tsx";
import styles from "./HeaderMenus.module.css";
import { paths } from "./paths.ts";
import { type Theme, themes, useTheme } from "./theme.ts";

const THEME_ICONS: Record<Theme, ReactNode> = {
  system: <Contrast />,
  light: <Sun />,
  dark: <Moon />,
};

export function LanguageMenu() {
  const t = useText();
  const language = useLanguage();
  const choose = useLanguageChoice();
  return (
    <Menu
      label={t("header.language")}
      trigger={
        <Button
          variant="quiet"
          size="small"
          label={t("header.languageNamed", { code: language.toUpperCase() })}
        >
          {language.toUpperCase()}
        </Button>
      }
    >
      <MenuChoice
        title={t("header.language")}
        value={language}
        options={languages}
        onChange={choose}
      />
    </Menu>
  );
}

export function ThemeMenu() {
  const t = useText();
  const [theme, setTheme] = useTheme();
  return (
    <Menu
      label={t("header.theme")}
      trigger={
        <Button variant="quiet" size="small" icon={THEME_ICONS[theme]} label={t("header.theme")} />
      }
    >
      <MenuChoice
        title={t("header.theme")}
        value={theme}
        options={themes.map((value) => ({
          value,
          label: t(`header.theme.${value}`),
          icon: THEME_ICONS[value],
        }))}
        onChange={setTheme}
      />
    </Menu>
  );
}

/**
 * The explorer keeps its token and what was typed in this tab, as service staff their customer; the
 * next person starts without.
 */
function forgetPerson() {
  for (const key of Object.keys(sessionStorage)) {
    if (!key.startsWith("dialtree.change.")) sessionStorage.removeItem(key);
  }
}

export function UserMenu() {
  const t = useText();
  const viewer = useViewer();
  const navigate = useNavigate();
  const { restart } = useSession();
  const [, logout] = useMutation(LogoutMutation);
  const { viewMode, choose } = useViewMode();

  const signOut = async () => {
    const { data } = await logout({});
    if (!data) return;
    forgetPerson();
    restart();
    navigate(paths.login());
  };
  return (
    <Menu
      label={t("header.user")}
      trigger={
        <Button
          variant="quiet"
          size="small"
          icon={<Person />}
          className={styles.user}
          label={t("header.userNamed", { name: viewer.name })}
        >
          <span className={styles.name}>{viewer.name}</span>
        </Button>
      }
    >
      <MenuNote label={t("header.user")}>
        <strong className={styles.who}>{viewer.name}</strong>
        <span className={styles.role}>{viewer.email}</span>
        <span className={styles.role}>
          {t(`role.${viewer.role}`)} · {viewer.customer.name}
        </span>
      </MenuNote>
      <MenuChoice
        title={t("header.view")}
        value={viewMode}
        options={viewModes.map((value) => ({ value, label: t(`header.view.${value}`) }))}
        onChange={choose}
      />
      <MenuItem icon={<Settings />} onAction={() => navigate(paths.settings())}>
        {t("settings.title")}
      </MenuItem>
      <MenuItem icon={<SignOut />} onAction={signOut}>
        {t("header.signOut")}
      </MenuItem>
    </Menu>
  );
}
