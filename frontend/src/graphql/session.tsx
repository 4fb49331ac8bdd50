import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";
import { Provider } from "urql";
import type { GraphQLSession } from "./client.ts";
import type { ConnectionState } from "./live.ts";

type SessionContextValue = { session: GraphQLSession; restart: () => void };

const SessionContext = createContext<SessionContextValue | null>(null);

/** Gives the page its GraphQL client, and a new one when somebody signs in or out. */
export function SessionProvider(props: { create: () => GraphQLSession; children: ReactNode }) {
  const { create } = props;
  const [session, setSession] = useState(create);
  const restart = useCallback(() => {
    session.dispose();
    setSession(create());
  }, [create, session]);
  const value = useMemo(() => ({ session, restart }), [session, restart]);
  return (
    <SessionContext value={value}>
      <Provider value={session.client}>{props.children}</Provider>
    </SessionContext>
  );
}

export function useSession(): SessionContextValue {
  const value = useContext(SessionContext);
  if (!value) throw new Error("useSession needs a SessionProvider above it");
  return value;
}

export function useConnectionState(): ConnectionState {
  const { live } = useSession().session;
  return useSyncExternalStore(live.onState, () => live.state);
}
