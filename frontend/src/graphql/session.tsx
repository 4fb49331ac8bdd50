import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { Provider } from "urql";
import type { GraphQLSession } from "./client.ts";
import type { ConnectionState } from "./live.ts";

type Create = (restart: () => void) => GraphQLSession;
type SessionContextValue = { session: GraphQLSession; restart: () => void };

const SessionContext = createContext<SessionContextValue | null>(null);

/** Gives the page its GraphQL client, and a new one when somebody signs in or out. */
export function SessionProvider(props: { create: Create; children: ReactNode }) {
  const { create } = props;
  // A session that turns out to be of no use asks for the next one by itself.
  const again = useRef(() => {});
  const [session, setSession] = useState(() => create(() => again.current()));
  const restart = useCallback(() => {
    session.dispose();
    setSession(create(() => again.current()));
  }, [create, session]);
  useEffect(() => {
    again.current = restart;
  });
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
