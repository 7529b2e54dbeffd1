// A receiver as somebody would write it in Node: verifies with the npm package, says on stdout what it heard.
const http = require("node:http");
const { Webhook } = require("standardwebhooks");

const webhook = new Webhook(process.argv[2]);

const server = http.createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    let heard;
    try {
      const event = webhook.verify(Buffer.concat(parts), request.headers);
      heard = { id: request.headers["webhook-id"], type: event.type, data: event.data };
    } catch (problem) {
      heard = { problem: String(problem) };
    }
    console.log(JSON.stringify(heard));
    response.writeHead(heard.problem ? 401 : 204).end();
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
