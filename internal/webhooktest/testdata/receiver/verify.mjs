// Reads {secret, headers, body} as JSON and says whether the reference library
// accepts the request, and what it has read.
import { Webhook } from "standardwebhooks";

let text = "";
for await (const chunk of process.stdin) text += chunk;
const { secret, headers, body } = JSON.parse(text);
try {
  console.log(JSON.stringify({ good: true, event: new Webhook(secret).verify(body, headers) }));
} catch (e) {
  console.log(JSON.stringify({ good: false, error: e.constructor.name }));
}
