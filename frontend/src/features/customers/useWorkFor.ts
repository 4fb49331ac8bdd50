import { useNavigate } from "react-router";
import { paths } from "../../app/paths.ts";
import { chooseCustomer } from "../../graphql/customer.ts";
import { useSession } from "../../graphql/session.tsx";

/** Begins to work for this customer, in this tab: everything that is shown is theirs from then on. */
export function useWorkFor(): (customerId: string) => void {
  const { restart } = useSession();
  const navigate = useNavigate();
  return (customerId) => {
    chooseCustomer(customerId);
    restart();
    navigate(paths.inventory());
    // Not in a field that is gone: the keyboard goes on where the customer's numbers are.
    document.getElementById("page")?.focus();
  };
}
