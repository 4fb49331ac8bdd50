import { compileMessage } from "@lingui/message-utils/compileMessage";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// Compiles the ICU texts when building, so that no parser is shipped and nothing is parsed at run time.
function catalogues(): Plugin {
  return {
    name: "dialtree-catalogues",
    enforce: "pre",
    transform(code, id) {
      if (!/\/src\/i18n\/(de|en)\.json\?compiled$/.test(id)) return null;
      const texts = JSON.parse(code) as Record<string, string>;
      const compiled = Object.entries(texts).map(([key, text]) => [key, compileMessage(text)]);
      return {
        code: `export default ${JSON.stringify(Object.fromEntries(compiled))}`,
        map: null,
        moduleType: "js",
      };
    },
  };
}

// react-aria brings its few texts in some thirty languages; the page speaks two.
function twoLanguages(): Plugin {
  return {
    name: "dialtree-two-languages",
    enforce: "pre",
    load(id) {
      const [, language] =
        /\/react-(?:aria|stately)\/.*\/intl\/.*\/([a-z]{2})-[A-Z]{2}\.m?js$/.exec(id) ?? [];
      return language && language !== "de" && language !== "en" ? "export default {}" : null;
    },
  };
}

// The built page is served at /explorer, so the development server does the same.
function explorerPage(): Plugin {
  return {
    name: "dialtree-explorer-page",
    configureServer: ({ middlewares }) => {
      middlewares.use((request, _response, next) => {
        if (request.url?.split("?")[0] === "/explorer") request.url = "/explorer.html";
        next();
      });
    },
  };
}

const backend = process.env.DIALTREE_BACKEND ?? "http://localhost:8000";

export default defineConfig({
  plugins: [catalogues(), twoLanguages(), explorerPage(), react()],
  build: {
    // light-dark() and nested CSS are left as they are.
    target: ["chrome123", "firefox121", "safari17.5"],
    assetsInlineLimit: 0,
    rolldownOptions: {
      // GraphiQL is a page of its own: nobody loads it with the app.
      input: ["index.html", "explorer.html"],
      // Its "use no memo" is for a compiler that we do not use.
      onLog: (level, log, next) => {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") next(level, log);
      },
    },
    // Kilobytes; its editor is as large as that.
    chunkSizeWarningLimit: 2_000,
  },
  optimizeDeps: {
    // They import workers by `?worker`, which only Vite itself understands.
    exclude: ["graphiql/setup-workers/vite", "@graphiql/react/setup-workers/vite"],
    // CommonJS that a worker, served as it is, would import as a module.
    include: ["nullthrows", "picomatch-browser"],
  },
  server: {
    port: 5173,
    proxy: {
      // The backend compares Origin with Host, so both must name it.
      "/audit-log.csv": { target: backend, changeOrigin: true },
      "/graphql": { target: backend, ws: true, changeOrigin: true, rewriteWsOrigin: true },
      "/oidc": { target: backend },
    },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test/setup.ts"],
    restoreMocks: true,
    // Else it brings a second copy of graphql, which refuses the schemas of the first.
    server: { deps: { inline: ["graphql-ws"] } },
    css: { modules: { classNameStrategy: "non-scoped" } },
  },
});
