/* order.c - put lets, tags, statuses and scores in an order in which each stands after what it needs; report circles.

   A let needs the names in its expression, a tag those in its rules, a status those in its arms, a score those in its
   lines; a label stands for its status.  What a customer was in the last run needs nothing of this one.  The walk keeps
   its own stack: a chain of needs may be longer than a machine's stack is deep. */
#include "words.h"

enum { CIRCLE_SHOWN = 8 };

enum state { NEW, OPEN, DONE };

/* A graph in compressed rows: what node i needs is edges[first[i]] up to edges[first[i + 1]].  Nodes are the lets, then
   the statuses, then the tags, then the rules. */
struct graph {
  struct module *module;
  uint32_t statuses, tags, scores, rules, nodes; /* the first node of each kind, and the count of all */
  uint32_t *first, *edges;
  uint32_t edge_count, edge_room;
  uint8_t *state;
  bool *told;               /* a circle from this node on has been reported: one at a time is enough */
};

static void add_edge(struct graph *graph, uint32_t to) {
  uint32_t *grown =
      arena_grow(&graph->module->arena, graph->edges, graph->edge_count, &graph->edge_room, sizeof *grown);
  if (!grown) return;
  graph->edges = grown;
  graph->edges[graph->edge_count++] = to;
}

static void add_needs(struct graph *graph, const struct ast *node) {
  if (node->kind == AST_WAS) return;
  const struct symbol *symbol = node->kind == AST_NAME ? node->symbol : NULL;
  if (symbol) {
    switch (symbol->kind) {
      case SYMBOL_LET:
        if (!symbol->table) add_edge(graph, symbol->index);
        break;
      case SYMBOL_STATUS: add_edge(graph, graph->statuses + symbol->index); break;
      case SYMBOL_LABEL: add_edge(graph, graph->statuses + symbol->status->index); break;
      case SYMBOL_TAG: add_edge(graph, graph->tags + symbol->index); break;
      case SYMBOL_SCORE: add_edge(graph, graph->scores + symbol->index); break;
      default: break;
    }
  }
  for (uint32_t i = 0; i < node->count; i++) add_needs(graph, node->child[i]);
}

/* Tags need the rules that give them.  A first round counts the rules of each tag, a second puts them in place. */
static void add_tags(struct graph *graph) {
  struct module *module = graph->module;
  const struct ast_list *rules = &module->rules;
  uint32_t *count = arena_alloc(&module->arena, module->tags.count * sizeof *count);
  if (!count) return;
  for (int round = 0; round < 2; round++) {
    for (uint32_t i = 0; i < rules->count; i++) {
      const struct ast *rule = rules->at[i];
      for (uint32_t j = 3; rule->kind == AST_RULE && j < rule->count; j++) {
        const struct symbol *tag = rule->child[j]->symbol;
        if (!tag || tag->kind != SYMBOL_TAG) continue;
        if (round == 0) count[tag->index]++;
        else graph->edges[graph->first[graph->tags + tag->index + 1] - count[tag->index]--] = graph->rules + i;
      }
    }
    for (uint32_t i = 0; round == 0 && i < module->tags.count; i++) {
      graph->first[graph->tags + i] = graph->edge_count;
      for (uint32_t j = 0; j < count[i]; j++) add_edge(graph, 0);
      graph->first[graph->tags + i + 1] = graph->edge_count;
    }
    if (module->arena.failed) return;
  }
}

static bool build(struct graph *graph) {
  struct module *module = graph->module;
  graph->statuses = module->lets.count;
  graph->tags = graph->statuses + module->statuses.count;
  graph->scores = graph->tags + module->tags.count;
  graph->rules = graph->scores + module->scores.count;
  graph->nodes = graph->rules + module->rules.count;
  graph->first = arena_alloc(&module->arena, ((size_t)graph->nodes + 1) * sizeof *graph->first);
  graph->state = arena_alloc(&module->arena, graph->nodes);
  graph->told = arena_alloc(&module->arena, graph->nodes * sizeof *graph->told);
  if (!graph->first || !graph->state || !graph->told) return false;
  for (uint32_t i = 0; i < module->lets.count; i++) {
    graph->first[i] = graph->edge_count;
    add_needs(graph, module->lets.at[i]->decl->child[1]);
  }
  for (uint32_t i = 0; i < module->statuses.count; i++) {
    const struct ast *status = module->statuses.at[i]->decl;
    graph->first[graph->statuses + i] = graph->edge_count;
    for (uint32_t j = 1; j < status->count; j++) add_needs(graph, status->child[j]->child[0]);
  }
  graph->first[graph->tags] = graph->edge_count;
  add_tags(graph);
  for (uint32_t i = 0; i < module->scores.count; i++) {
    const struct ast *score = module->scores.at[i]->decl;
    graph->first[graph->scores + i] = graph->edge_count;
    for (uint32_t j = 2; j < score->count; j++) add_needs(graph, score->child[j]);
  }
  for (uint32_t i = 0; i < module->rules.count; i++) {
    graph->first[graph->rules + i] = graph->edge_count;
    if (module->rules.at[i]->kind == AST_RULE) add_needs(graph, module->rules.at[i]->child[1]);
  }
  graph->first[graph->nodes] = graph->edge_count;
  return !module->arena.failed;
}

/* The symbol of a node; NULL for a rule, which stands between its tags and their needs. */
static struct symbol *node_symbol(const struct graph *graph, uint32_t node) {
  const struct module *module = graph->module;
  if (node < graph->statuses) return module->lets.at[node];
  if (node < graph->tags) return module->statuses.at[node - graph->statuses];
  if (node < graph->scores) return module->tags.at[node - graph->tags];
  if (node < graph->rules) return module->scores.at[node - graph->scores];
  return NULL;
}

static bool is_before(struct place a, struct place b) {
  return a.source != b.source ? a.source < b.source : a.begin < b.begin;
}

/* Told from its earliest definition on, whichever the walk met first. */
static void report_circle(struct graph *graph, const uint32_t *circle, uint32_t count) {
  struct module *module = graph->module;
  uint32_t start = UINT32_MAX;
  for (uint32_t i = 0; i < count; i++) {
    const struct symbol *symbol = node_symbol(graph, circle[i]);
    if (!symbol) continue;
    if (start == UINT32_MAX ||
        is_before(symbol_place(symbol), symbol_place(node_symbol(graph, circle[start])))) start = i;
  }
  if (graph->told[circle[start]]) return;
  graph->told[circle[start]] = true;
  const struct symbol *first = node_symbol(graph, circle[start]);
  struct rung_text words = {"", 0};
  uint32_t shown = 0;
  for (uint32_t i = 0; i < count; i++) {
    const struct symbol *symbol = node_symbol(graph, circle[(start + i) % count]);
    if (!symbol || ++shown > CIRCLE_SHOWN) continue;
    struct rung_text where = place_words(module, symbol_place(symbol));
    words = arena_print(&module->arena, "%.*s`%.*s` (%.*s) needs ", TEXT_ARG(words), TEXT_ARG(symbol->name),
                        TEXT_ARG(where));
  }
  if (shown > CIRCLE_SHOWN) {
    words = arena_print(&module->arena, "%.*s... %u more, the last of which needs ", TEXT_ARG(words),
                        shown - CIRCLE_SHOWN);
  }
  struct diag *diag = diag_report(module, symbol_place(first), DIAG_CIRCLE, TEXT_ARG(first->name));
  if (count == 1 && first->kind == SYMBOL_STATUS) {
    diag_help(module, diag, "its lines cannot ask for its own labels: those are known after all lines");
  } else if (count == 1 && first->kind == SYMBOL_SCORE) {
    diag_help(module, diag, "its lines cannot ask for its own points: those are known after all lines");
  } else {
    diag_help(module, diag, "%.*s`%.*s`", TEXT_ARG(words), TEXT_ARG(first->name));
  }
}

static void add_ordered(struct graph *graph, uint32_t node) {
  struct module *module = graph->module;
  struct symbols *ordered = &module->order;
  struct symbol *symbol = node_symbol(graph, node);
  if (!symbol) return;
  struct symbol **grown = arena_grow(&module->arena, ordered->at, ordered->count, &ordered->room, sizeof *grown);
  if (!grown) return;
  ordered->at = grown;
  ordered->at[ordered->count++] = symbol;
}

/* Depth first from `root`; next[i] is the edge of node i to follow next. */
static void walk(struct graph *graph, uint32_t root, uint32_t *stack, uint32_t *next) {
  uint32_t depth = 0;
  stack[depth++] = root;
  graph->state[root] = OPEN;
  while (depth > 0) {
    uint32_t node = stack[depth - 1];
    if (next[node] == graph->first[node + 1]) {
      graph->state[node] = DONE;
      add_ordered(graph, node);
      depth--;
      continue;
    }
    uint32_t need = graph->edges[next[node]++];
    if (graph->state[need] == NEW) {
      graph->state[need] = OPEN;
      stack[depth++] = need;
    } else if (graph->state[need] == OPEN) {
      uint32_t begin = depth - 1;
      while (stack[begin] != need) begin--;
      report_circle(graph, stack + begin, depth - begin);
    }
  }
}

void order(struct module *module) {
  struct graph graph = {.module = module};
  if (!build(&graph)) return;
  uint32_t *stack = arena_alloc(&module->arena, graph.nodes * sizeof *stack);
  uint32_t *next = arena_alloc(&module->arena, graph.nodes * sizeof *next);
  if (!stack || !next) return;
  for (uint32_t i = 0; i < graph.nodes; i++) next[i] = graph.first[i];
  for (uint32_t i = 0; i < graph.rules; i++) {
    if (graph.state[i] == NEW) walk(&graph, i, stack, next);
  }
}
