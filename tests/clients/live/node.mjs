// What a browser has and Node 20 has not, for examples that are written for browsers.
import WebSocket from "ws";

globalThis.WebSocket ??= WebSocket;
