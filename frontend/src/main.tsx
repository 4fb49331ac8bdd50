import "./app/theme.ts";
import "./ui/historyGuard.ts";
import "./ui/base.css";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { App } from "./app/App.tsx";
import { activateLanguage, preferredLanguage } from "./i18n/i18n.ts";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
await activateLanguage(preferredLanguage());
createRoot(root).render(
  <BrowserRouter>
    <App />
  </BrowserRouter>,
);
