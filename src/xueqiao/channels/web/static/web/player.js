// Goes on where the reader stopped: the position of each video is kept on this device only, and starts 5 seconds early.
"use strict";
(() => {
  const video = document.querySelector("video[data-unit]");
  if (!video) return;
  const key = `xueqiao-at:${video.dataset.unit}`;
  const read = () => { try { return Number(localStorage.getItem(key)) || 0; } catch { return 0; } };
  const write = (seconds) => { try { localStorage.setItem(key, String(Math.floor(seconds))); } catch { /* private mode */ } };
  const start = () => {
    const at = read() - 5;
    if (at > 0 && at < video.duration - 5) video.currentTime = at;
  };
  if (video.readyState >= 1) start(); else video.addEventListener("loadedmetadata", start, { once: true });
  let last = 0;
  video.addEventListener("timeupdate", () => {
    if (Math.abs(video.currentTime - last) >= 5) { last = video.currentTime; write(last); }
  });
  video.addEventListener("pause", () => write(video.currentTime));
  video.addEventListener("ended", () => write(0));
})();
