// What a browser has and Node 20 has not, for examples that are written for browsers.
import WebSocket from "ws";

/** In a browser an error that nobody hears ends no program, such as that of a socket closed before it is open. */
class BrowserWebSocket extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("error", () => {});
  }
}

globalThis.WebSocket ??= BrowserWebSocket;
