// Opens WeChat's own till over the page. Its word is not believed: the result page asks the server.
"use strict";
(() => {
  const box = document.querySelector("[data-bridge]");
  const button = box.querySelector("button");
  const say = (which) => {
    for (const line of box.querySelectorAll("[data-said]")) line.hidden = line.dataset.said !== which;
  };
  const open = () => {
    say("");
    WeixinJSBridge.invoke("getBrandWCPayRequest", JSON.parse(box.dataset.bridge), (answer) => {
      const word = String(answer.err_msg).split(":")[1];
      if (word === "ok") location.assign(box.dataset.result);
      else say(word === "cancel" ? "cancel" : "fail");
    });
  };
  const ready = () => {
    button.hidden = false;
    button.addEventListener("click", open);
    open();
  };
  if (window.WeixinJSBridge) ready();
  else document.addEventListener("WeixinJSBridgeReady", ready, { once: true });
})();
