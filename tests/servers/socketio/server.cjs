// A Socket.IO server as a team would write it. argv: the port, and options as JSON:
// {cors: "string" | "list" | "function" | "any" | "none", websocketOnly: bool, redis: url}
"use strict";

const { createServer } = require("node:http");
const { createRequire } = require("node:module");

const need = createRequire(process.env.SOCKETIO_FOLDER + "/");
const { Server } = need("socket.io");

const port = Number(process.argv[2]);
const options = JSON.parse(process.argv[3]);
const allowed = ["https://acme.example", "https://app.acme.example"];
const cors = {
  string: { origin: allowed[0] },
  list: { origin: allowed },
  function: { origin: (origin, done) => done(null, allowed.includes(origin)) },
  any: { origin: "*" },
  none: undefined,
}[options.cors];

async function main() {
  const server = createServer();
  const io = new Server(server, {
    cors,
    transports: options.websocketOnly ? ["websocket"] : ["polling", "websocket"],
  });
  if (options.redis) {
    const { createClient } = need("redis");
    const { createAdapter } = need("@socket.io/redis-adapter");
    const publisher = createClient({ url: options.redis });
    const subscriber = publisher.duplicate();
    await Promise.all([publisher.connect(), subscriber.connect()]);
    io.adapter(createAdapter(publisher, subscriber));
    io.of("/"); // the adapter subscribes when its first namespace is made
  }
  server.listen(port, "127.0.0.1");
}

main();
