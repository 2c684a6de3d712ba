/** The inbox's own behaviours, on top of those of ui/: what arrives, who looks, the countdown, and small helpers. */
import "./arrivals.js";
import "./countdown.js";
import "./filling.js";
import "./folders.js";
import "./keep.js";
import "./memo.js";
import "./mentions.js";
import "./presence.js";
import "./wording.js";
