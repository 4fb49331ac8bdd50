import { lazy } from "react";
import { Route, Routes } from "react-router";
import { Layout } from "./Layout.tsx";
import { NotFoundPage } from "./NotFoundPage.tsx";

// Pages are loaded when they are opened.
const AuditLogPage = lazy(() => import("../features/audit/AuditLogPage.tsx"));
const ForgotPasswordPage = lazy(() => import("../features/accounts/ForgotPasswordPage.tsx"));
const LinkPage = lazy(() => import("../features/accounts/LinkPage.tsx"));
const UsersPage = lazy(() => import("../features/accounts/UsersPage.tsx"));
const LoginPage = lazy(() => import("../features/accounts/LoginPage.tsx"));
const CallsPage = lazy(() => import("../features/calls/CallsPage.tsx"));
const EditNumbersPage = lazy(() => import("../features/holders/EditNumbersPage.tsx"));
const HolderPage = lazy(() => import("../features/holders/HolderPage.tsx"));
const InventoryPage = lazy(() => import("../features/inventory/InventoryPage.tsx"));
const OrdersPage = lazy(() => import("../features/orders/OrdersPage.tsx"));
const PlannedTrunksPage = lazy(() => import("../features/trunks/PlannedTrunksPage.tsx"));
const ContractsPage = lazy(() => import("../features/contracts/ContractsPage.tsx"));
const CustomersPage = lazy(() => import("../features/customers/CustomersPage.tsx"));
const ImportPage = lazy(() => import("../features/contracts/ImportPage.tsx"));
const SettingsPage = lazy(() => import("../features/accounts/SettingsPage.tsx"));
const NewTrunkPage = lazy(() => import("../features/trunks/NewTrunkPage.tsx"));

/** Every page and its address; the addresses are built in paths.ts. */
export function AppRoutes() {
  return (
    <Routes>
      <Route path="/login" element={<LoginPage />} />
      <Route path="/welcome" element={<LinkPage key="welcome" purpose="INVITATION" />} />
      <Route path="/reset-password" element={<LinkPage key="reset" purpose="PASSWORD_RESET" />} />
      <Route path="/forgot-password" element={<ForgotPasswordPage />} />
      <Route element={<Layout />}>
        <Route path="/" element={<InventoryPage />} />
        <Route path="/planned-trunks" element={<PlannedTrunksPage />} />
        <Route path="/orders/:id?" element={<OrdersPage />} />
        <Route path="/holders/:id" element={<HolderPage />} />
        <Route path="/holders/:id/numbers" element={<EditNumbersPage />} />
        <Route path="/calls" element={<CallsPage />} />
        <Route path="/settings" element={<SettingsPage />} />
        <Route path="/audit-log" element={<AuditLogPage />} />
        <Route path="/customers" element={<CustomersPage />} />
        <Route path="/site-contracts" element={<ContractsPage />} />
        <Route path="/import" element={<ImportPage />} />
        <Route path="/users" element={<UsersPage />} />
        <Route path="/trunks/new" element={<NewTrunkPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
