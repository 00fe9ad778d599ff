"""How a resident is told: e-mail, Web Push, the page, and simulators of LINE and マイナポータル."""
