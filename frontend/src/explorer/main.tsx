import "./nonce.ts";
import "../app/theme.ts";
import "../ui/tokens.css";
import "graphiql/style.css";
import "graphiql/setup-workers/vite";
import "./page.css";
import { createRoot } from "react-dom/client";
import { activateLanguage, preferredLanguage } from "../i18n/i18n.ts";
import { Explorer } from "./Explorer.tsx";

const root = document.getElementById("root");
if (!root) throw new Error("explorer.html has no #root");
await activateLanguage(preferredLanguage());
createRoot(root).render(<Explorer />);
