/* Links the strip, the film and the cards of one clip; without it each link leads to the clip's own card. */
(function () {
  "use strict";
  var chosen = 0;
  var player = document.getElementById("player");
  var cards = document.querySelectorAll("article.clip");
  if (!cards.length || !player) { return; }
  document.documentElement.classList.add("live");

  function each(number, what) {
    document.querySelectorAll('[data-clip="' + number + '"]').forEach(what);
  }

  function words(card, selector) {
    var found = card.querySelector(selector);
    return found ? found.textContent.trim() : "";
  }

  function choose(number) {
    if (chosen) { each(chosen, function (one) { one.classList.remove("is-chosen"); }); }
    chosen = number;
    player.hidden = !number;
    document.documentElement.classList.toggle("is-choosing", Boolean(number));
    if (!number) { return; }
    each(number, function (one) { one.classList.add("is-chosen"); });
    var card = document.getElementById("clip-" + number);
    var still = card.querySelector(".pic img");
    var frame = player.querySelector(".frame");
    frame.textContent = "";
    if (still) {
      var copy = still.cloneNode(false);
      copy.alt = "";
      frame.appendChild(copy);
    }
    player.querySelector(".what b").textContent = "Clip " + number + " · " + words(card, ".beat");
    player.querySelector(".what span").textContent =
      words(card, ".facts dd") + " of the film" + (card.querySelector("blockquote p") ? " · “" + words(card, "blockquote p") + "”" : "");
    player.querySelector(".buttons a").href = "#clip-" + number;
    var shot = document.querySelector('.shot[data-clip="' + number + '"]');
    var scroller = document.querySelector(".scroller");
    var left = shot.parentNode.offsetLeft;
    if (left < scroller.scrollLeft || left + shot.offsetWidth > scroller.scrollLeft + scroller.clientWidth) {
      scroller.scrollLeft = left - scroller.clientWidth / 3;
    }
  }

  function step(from, by) {
    var next = Math.min(cards.length, Math.max(1, from + by));
    choose(next);
    return document.querySelector('.shot[data-clip="' + next + '"]');
  }

  function near(event) {
    var part = event.target.closest ? event.target.closest("[data-clip]") : null;
    document.querySelectorAll(".is-near").forEach(function (one) { one.classList.remove("is-near"); });
    if (part) { each(part.dataset.clip, function (one) { one.classList.add("is-near"); }); }
  }

  document.addEventListener("mouseover", near);
  document.addEventListener("focusin", near);
  document.addEventListener("click", function (event) {
    var part = event.target.closest(".shot, .mark[data-clip], .links path");
    if (part) {
      event.preventDefault();
      choose(Number(part.dataset.clip));
      return;
    }
    var button = event.target.closest("#player button");
    if (button) {
      var by = Number(button.dataset.step);
      if (by) { step(chosen, by); } else { choose(0); }
    }
  });
  document.querySelector(".reel").addEventListener("keydown", function (event) {
    var by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    var shot = event.target.closest(".shot");
    if (!by || !shot) { return; }
    event.preventDefault();
    step(Number(shot.dataset.clip), by).focus({ preventScroll: true });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") { choose(0); }
  });
  window.addEventListener("beforeprint", function () {
    choose(0);
    document.querySelectorAll("details").forEach(function (one) { one.open = true; });
  });
})();
