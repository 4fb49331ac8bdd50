import { lazy } from "react";
import { Route, Routes } from "react-router";
import { Layout } from "./Layout.tsx";
import { NotFoundPage } from "./NotFoundPage.tsx";

// Pages are loaded when they are opened.
const LoginPage = lazy(() => import("../features/accounts/LoginPage.tsx"));
const EditNumbersPage = lazy(() => import("../features/holders/EditNumbersPage.tsx"));
const HolderPage = lazy(() => import("../features/holders/HolderPage.tsx"));
const InventoryPage = lazy(() => import("../features/inventory/InventoryPage.tsx"));
const OrdersPage = lazy(() => import("../features/orders/OrdersPage.tsx"));
const PlannedTrunksPage = lazy(() => import("../features/trunks/PlannedTrunksPage.tsx"));
const SettingsPage = lazy(() => import("../features/accounts/SettingsPage.tsx"));
const NewTrunkPage = lazy(() => import("../features/trunks/NewTrunkPage.tsx"));

/** Every page and its address; the addresses are built in paths.ts. */
export function AppRoutes() {
  return (
    <Routes>
      <Route path="/login" element={<LoginPage />} />
      <Route element={<Layout />}>
        <Route path="/" element={<InventoryPage />} />
        <Route path="/planned-trunks" element={<PlannedTrunksPage />} />
        <Route path="/orders/:id?" element={<OrdersPage />} />
        <Route path="/holders/:id" element={<HolderPage />} />
        <Route path="/holders/:id/numbers" element={<EditNumbersPage />} />
        <Route path="/settings" element={<SettingsPage />} />
        <Route path="/trunks/new" element={<NewTrunkPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
