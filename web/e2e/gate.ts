import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";

/** A way to a PostgreSQL database that can be closed and opened again. */
export interface Gate {
  /** The database's address, by this way. */
  url: string;
  /** Ends the connections there are, and each new one as it comes. */
  close: () => void;
  open: () => void;
  remove: () => Promise<void>;
}

export async function startGate(database: string): Promise<Gate> {
  const ends = new Set<Socket>();
  let open = true;
  const server = createServer((near) => {
    const pair = [near, connectTo(new URL(database))] as const;
    const end = () => {
      for (const one of pair) ends.delete(one.destroy());
    };
    for (const one of pair) ends.add(one.on("error", end).on("close", end));
    if (!open) return end();
    pair[0].pipe(pair[1]).pipe(pair[0]);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const close = () => {
    open = false;
    for (const end of ends) end.destroy();
  };
  return {
    url: leadTo(server.address() as AddressInfo, new URL(database)),
    close,
    open: () => {
      open = true;
    },
    remove: () => {
      close();
      return new Promise((gone) => server.close(() => gone()));
    },
  };
}

/** Connects to where the address leads: a host, or the folder of the server's socket. */
function connectTo({ hostname, port, searchParams }: URL): Socket {
  const host = searchParams.get("host") ?? hostname;
  const number = searchParams.get("port") ?? (port || "5432");
  return host.startsWith("/") ? createConnection(`${host}/.s.PGSQL.${number}`) : createConnection(Number(number), host);
}

/** Has the address lead elsewhere. */
function leadTo({ address, port }: AddressInfo, database: URL): string {
  database.searchParams.delete("host");
  database.searchParams.delete("port");
  database.hostname = address;
  database.port = String(port);
  return database.href;
}
