// A network on a canvas that moves: places come from the server, so nothing is laid out here.
// What is quick to draw is drawn anew each frame; of what is not, the last picture is moved, and drawn anew when it rests.

const FRAME = 8; // ms that a drawing may take to be made for each frame
const REST = 90; // ms without a movement after which it rests
const MARGIN = 0.25; // of the stage, drawn around it, so that it can be moved without an empty edge
const [LEAST, MOST] = [0.05, 8];
const NAMES = 240;
const FILLS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442"];
const CORNERS = { rectangle: [4, 0.5], diamond: [4, 0], triangle: [3, 0], hexagon: [6, 0.5] };
const LETTERS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif';

/** How thick the line of a tie is; as in `graph/networks/drawing.py`. */
const thickness = (works) => 0.8 + 1.1 * Math.log2(works);
const short = (text) => (text.length > 30 ? `${text.slice(0, 29)}…` : text);

/** A network on a stage; it knows nothing of the page around it. */
export class Picture {
  /**
   * @param {HTMLElement} stage whose size it takes
   * @param {object} network as the server tells it: nodes, edges, broader
   */
  constructor(stage, network) {
    this.nodes = network.nodes;
    this.edges = network.edges;
    this.broader = network.broader;
    this.near = this.nodes.map(() => []);
    for (const { one, other } of this.edges) {
      this.near[one].push(other);
      this.near[other].push(one);
    }
    this.chosen = null;
    this.view = { zoom: 1, x: 0, y: 0 }; // screen = zoom * place + (x, y)
    this.stage = stage;
    this.canvas = document.createElement("canvas");
    this.kept = document.createElement("canvas");
    stage.append(this.canvas);
    this.took = 0;
    this.wide = this.nodes.map(() => 0);
    this.join();
    new ResizeObserver(() => this.resize()).observe(stage);
    this.resize();
    this.fit();
  }

  /** Lines of one thickness are one path. */
  join() {
    const paths = new Map();
    for (const { one, other, works } of this.edges) this.line(paths, thickness(works), one, other);
    this.lines = [...paths];
    const dotted = new Map();
    for (const [one, other] of this.broader) this.line(dotted, 1, one, other);
    this.dotted = dotted.get(1);
  }

  line(paths, width, one, other) {
    const path = paths.get(width) ?? new Path2D();
    paths.set(width, path);
    path.moveTo(this.nodes[one].x, this.nodes[one].y);
    path.lineTo(this.nodes[other].x, this.nodes[other].y);
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.stage;
    const dots = Math.min(2, devicePixelRatio || 1);
    if (!width || !height || (width === this.width && height === this.height && dots === this.dots)) return;
    if (this.width) this.move((width - this.width) / 2, (height - this.height) / 2);
    Object.assign(this, { width, height, dots });
    [this.canvas.width, this.canvas.height] = [width * dots, height * dots];
    const around = 1 + 2 * MARGIN;
    [this.kept.width, this.kept.height] = [width * dots * around, height * dots * around];
    this.draw();
  }

  /** Take the colours of the page anew, and draw. */
  draw() {
    this.colours = null;
    this.stale = true;
    this.ask();
  }

  /** Draw before the next frame. */
  ask() {
    this.asked ??= requestAnimationFrame(() => {
      this.asked = null;
      if (this.took < FRAME || this.stale) return this.render();
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this.render(), REST);
      return this.show();
    });
  }

  /** Draw all that is in view, and a margin around it, and keep that. */
  render() {
    const began = performance.now();
    this.stale = false;
    this.colours ??= this.palette();
    const pen = this.kept.getContext("2d");
    const { zoom, x, y } = this.view;
    const [left, top] = [MARGIN * this.width, MARGIN * this.height];
    this.drawn = { zoom, x: x + left, y: y + top };
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = this.colours.paper;
    pen.fillRect(0, 0, this.kept.width, this.kept.height);
    pen.setTransform(this.dots * zoom, 0, 0, this.dots * zoom, this.dots * this.drawn.x, this.dots * this.drawn.y);
    this.ties(pen);
    const within = this.within(left, top);
    this.marks(pen, within);
    pen.setTransform(this.dots, 0, 0, this.dots, this.dots * left, this.dots * top);
    this.names(pen, within);
    this.show();
    this.took = performance.now() - began;
  }

  /** Show what is kept where it would be now. */
  show() {
    const pen = this.canvas.getContext("2d");
    const { zoom, x, y } = this.view;
    const times = zoom / this.drawn.zoom;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = this.colours.paper;
    pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
    const [left, top] = [x - times * this.drawn.x, y - times * this.drawn.y];
    pen.setTransform(times, 0, 0, times, this.dots * left, this.dots * top);
    pen.drawImage(this.kept, 0, 0);
  }

  palette() {
    const page = getComputedStyle(this.stage);
    const named = (name) => page.getPropertyValue(`--${name}`).trim();
    return { paper: named("paper"), ink: named("ink"), line: named("break"), link: named("link") };
  }

  /** The numbers of the nodes in view, those behind first. */
  within(left, top) {
    const { zoom, x, y } = this.view;
    const found = [];
    this.nodes.forEach((node, number) => {
      const [across, down, round] = [zoom * node.x + x, zoom * node.y + y, zoom * node.size];
      if (across + round > -left && across - round < this.width + left && down + round > -top && down - round < this.height + top) found.push(number);
    });
    return found.reverse();
  }

  ties(pen) {
    const far = this.chosen !== null;
    pen.globalAlpha = far ? 0.25 : 1;
    pen.strokeStyle = this.colours.line;
    for (const [width, path] of this.lines) {
      pen.lineWidth = width;
      pen.stroke(path);
    }
    if (this.dotted) {
      pen.strokeStyle = this.colours.ink;
      pen.lineWidth = 1;
      pen.setLineDash([2, 3]);
      pen.stroke(this.dotted);
      pen.setLineDash([]);
    }
    pen.globalAlpha = 1;
    if (!far) return;
    const paths = new Map();
    for (const { one, other, works } of this.edges) {
      if (one === this.chosen || other === this.chosen) this.line(paths, thickness(works), one, other);
    }
    pen.strokeStyle = this.colours.link;
    for (const [width, path] of paths) {
      pen.lineWidth = width;
      pen.stroke(path);
    }
  }

  marks(pen, within) {
    const near = this.chosen === null ? null : new Set([this.chosen, ...this.near[this.chosen]]);
    for (const number of within) {
      const node = this.nodes[number];
      pen.globalAlpha = !near || near.has(number) ? 1 : 0.2;
      pen.beginPath();
      outline(pen, node);
      pen.fillStyle = FILLS[node.colour];
      pen.fill();
      pen.lineWidth = number === this.chosen || node.distance === 0 ? 3 : 0.75;
      pen.strokeStyle = number === this.chosen ? this.colours.link : this.colours.ink;
      pen.stroke();
    }
    pen.globalAlpha = 1;
  }

  /** Names where there is room: of who is chosen, then as the server has them, then of most works. */
  names(pen, within) {
    const taken = new Taken();
    const { zoom, x, y } = this.view;
    const spots = within.map((number) => {
      const node = this.nodes[number];
      const spot = { number, x: zoom * node.x + x, y: zoom * node.y + y, r: (zoom * node.size) / 2 };
      taken.add([spot.x - spot.r, spot.y - spot.r, spot.x + spot.r, spot.y + spot.r]);
      return spot;
    });
    const near = new Set(this.chosen === null ? [] : this.near[this.chosen]);
    const rank = ({ number }) => (number === this.chosen ? 0 : near.has(number) ? 1 : this.nodes[number].distance === 0 ? 2 : this.nodes[number].name ? 3 : 4);
    const order = spots.map((spot) => [rank(spot), -this.nodes[spot.number].works, spot]);
    order.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2].number - b[2].number);
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    pen.lineWidth = 3;
    pen.strokeStyle = this.colours.paper;
    pen.fillStyle = this.colours.ink;
    // An edge of the stage cuts no name.
    const whole = ([left, , right]) => [0, this.width].every((edge) => right <= edge || left >= edge);
    let shown = 0;
    for (const [step, , spot] of order.slice(0, 4 * NAMES)) {
      if (shown >= NAMES || (this.chosen !== null && step > 1)) break;
      const node = this.nodes[spot.number];
      const text = short(node.label);
      pen.font = `${step === 0 || node.distance === 0 ? "600 " : ""}12px ${LETTERS}`;
      const wide = (this.wide[spot.number] ||= pen.measureText(text).width + 2);
      const box = sides(spot, wide, node.side).find((each) => whole(each) && taken.free(each));
      if (!box) continue;
      taken.add(box);
      shown += 1;
      pen.strokeText(text, box[0], (box[1] + box[3]) / 2);
      pen.fillText(text, box[0], (box[1] + box[3]) / 2);
    }
  }

  /** The number of the node at a point of the stage; null where there is none. */
  at(left, top) {
    const { zoom, x, y } = this.view;
    let [found, least] = [null, Infinity];
    this.nodes.forEach((node, number) => {
      const away = Math.hypot(zoom * node.x + x - left, zoom * node.y + y - top) - Math.max((zoom * node.size) / 2, 7);
      if (away < 0 && away < least) [found, least] = [number, away];
    });
    return found;
  }

  /** Where a node is on the stage. */
  place(number) {
    const { zoom, x, y } = this.view;
    return { x: zoom * this.nodes[number].x + x, y: zoom * this.nodes[number].y + y };
  }

  choose(number) {
    this.chosen = number;
    this.stale = true;
    this.ask();
  }

  move(x, y) {
    this.view.x += x;
    this.view.y += y;
    this.ask();
  }

  /** Come closer, or go farther, around a point of the stage; by default its middle. */
  zoom(by, left = this.width / 2, top = this.height / 2) {
    const { view } = this;
    const next = Math.min(MOST, Math.max(LEAST, view.zoom * by));
    const times = next / view.zoom;
    Object.assign(view, { zoom: next, x: left + times * (view.x - left), y: top + times * (view.y - top) });
    this.ask();
  }

  /** Show all of it, with room for names beside. */
  fit() {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { x, y, size } of this.nodes) {
      box[0] = Math.min(box[0], x - size);
      box[1] = Math.min(box[1], y - size);
      box[2] = Math.max(box[2], x + size);
      box[3] = Math.max(box[3], y + size);
    }
    const zoom = Math.max(LEAST, Math.min(1.25, (this.width - 120) / (box[2] - box[0]), (this.height - 40) / (box[3] - box[1])));
    this.view = { zoom, x: (this.width - zoom * (box[0] + box[2])) / 2, y: (this.height - zoom * (box[1] + box[3])) / 2 };
    this.stale = true;
    this.ask();
  }

  /** Put a node elsewhere on the stage; of a picture that is quick to draw. */
  drag(number, x, y) {
    if (this.took >= FRAME) return false;
    this.nodes[number].x += x / this.view.zoom;
    this.nodes[number].y += y / this.view.zoom;
    this.join();
    this.draw();
    return true;
  }
}

function outline(pen, { x, y, size, shape }) {
  const round = size / 2;
  if (!CORNERS[shape]) return pen.arc(x, y, round, 0, 2 * Math.PI);
  const [corners, turn] = CORNERS[shape];
  for (let i = 0; i < corners; i += 1) {
    const angle = (2 * Math.PI * (i + turn)) / corners;
    pen.lineTo(x + 1.15 * round * Math.sin(angle), y - 1.15 * round * Math.cos(angle));
  }
  return pen.closePath();
}

/** The boxes in which a name could stand, that of the server first. */
function sides({ x, y, r }, wide, first) {
  const near = r + 3;
  const at = {
    right: [x + near, y - 7, x + near + wide, y + 7],
    left: [x - near - wide, y - 7, x - near, y + 7],
    below: [x - wide / 2, y + near, x + wide / 2, y + near + 14],
    above: [x - wide / 2, y - near - 14, x + wide / 2, y - near],
  };
  return [at[first], ...Object.values(at)];
}

/** Boxes that are taken, found by the squares that they lie in. */
class Taken {
  constructor() {
    this.squares = new Map();
  }

  *of(box) {
    for (let across = box[0] >> 6; across <= box[2] >> 6; across += 1) {
      for (let down = box[1] >> 6; down <= box[3] >> 6; down += 1) yield across * 65536 + down;
    }
  }

  add(box) {
    for (const square of this.of(box)) {
      const there = this.squares.get(square);
      if (there) there.push(box);
      else this.squares.set(square, [box]);
    }
  }

  free(box) {
    for (const square of this.of(box)) {
      for (const other of this.squares.get(square) ?? []) {
        if (box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]) return false;
      }
    }
    return true;
  }
}
