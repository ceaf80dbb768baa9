/* registers.c - what the code keeps in its registers. */
#include "passes.h"

#include "random_rules.h"

#include <stdlib.h>

/* Runs the code on one row with one value a register, checking that every read finds what it wants. */
static void run_code(const struct back *back, const struct row *row, struct value *registers, uint32_t *holds) {
  const struct code *code = &back->codes[0];
  const struct ir *ir = &back->plan.ir;
  for (uint32_t reg = 0; reg < code->reg_count; reg++) holds[reg] = NONE32;
  for (uint32_t i = 0; i < code->column_count; i++) {
    registers[i] = row->columns[code->columns[i].column];
    holds[i] = code->columns[i].node;
  }
  for (uint32_t i = 0; i < code->inst_count; i++) {
    const struct code_inst *inst = &code->insts[i];
    const struct ir_node *node = &ir->nodes[inst->node];
    const uint32_t operands[] = {node->a, node->b, node->c}, regs[] = {inst->a, inst->b, inst->c};
    struct value values[3] = {0};
    for (int k = 0; k < 3; k++) {
      CU_ASSERT_EQUAL_FATAL(regs[k] == NONE32, operands[k] == NONE32);
      if (operands[k] == NONE32) continue;
      CU_ASSERT_EQUAL_FATAL(holds[regs[k]], operands[k]);
      CU_ASSERT_NOT_EQUAL(regs[k], inst->dst);
      values[k] = registers[regs[k]];
    }
    CU_ASSERT_EQUAL(i < code->prologue, node->uniform && node->op != OP_FAULT);
    if (inst->dst == NONE32) continue;
    CU_ASSERT_FATAL(inst->dst >= code->column_count);
    CU_ASSERT_EQUAL(code->reg_kinds[inst->dst], node->kind);
    registers[inst->dst] = eval_op(&back->plan, node, row, values[0], values[1], values[2]);
    holds[inst->dst] = inst->node;
  }
}

static void check_roots(const struct back *back, const struct value *registers, const uint32_t *holds,
                        const struct value *values) {
  const struct stage *stage = &back->plan.stages[0];
  for (uint32_t i = 0; i < stage->root_count; i++) {
    uint32_t id = stage->roots[i], reg = back->codes[0].root_regs[i];
    CU_ASSERT_EQUAL_FATAL(holds[reg], id);
    CU_ASSERT(same_value((enum kind)back->plan.ir.nodes[id].kind, registers[reg], values[id]));
  }
}

static void test_dice(void) {
  static char rules[DICE_TEXT];
  struct dice dice = {.state = 7};
  for (int i = 0; i < 400; i++) {
    struct back back;
    struct value columns[DICE_COLUMNS];
    struct row row = {.columns = columns, .params = dice_params, .today = 20778};
    dice_rules(&dice, rules);
    if (back_run(&back, rules, UP_TO_REGISTERS)) {
      struct arena *arena = &back.module.arena;
      struct value *values = arena_alloc(arena, back.plan.ir.count * sizeof *values);
      struct value *registers = arena_alloc(arena, back.codes[0].reg_count * sizeof *registers);
      uint32_t *holds = arena_alloc(arena, back.codes[0].reg_count * sizeof *holds);
      for (int k = 0; k < 5; k++) {
        dice_row(&dice, columns);
        eval_plan(&back.plan, &row, values);
        run_code(&back, &row, registers, holds);
        check_roots(&back, registers, holds, values);
      }
    }
    back_free(&back);
  }
}

/* The mission's example, by hand: columns, what is the same for all rows, then rule by rule. */
static void test_mission(void) {
  CU_ASSERT(back_says("orders >= 3 -> regular; days_since_last > 90 -> churning; lost_count >= 2 -> no_winback",
                      UP_TO_REGISTERS,
                      "r0 = column orders\nr1 = column days_since_last\nr2 = column lost_count\n"
                      "r3 = const_n 3\nr4 = const_n 90\nr5 = const_n 2\n"
                      "for each batch\n"
                      "r6 = le_n r3 r0\nr7 = sure r6\n"
                      "r8 = lt_n r4 r1\nr9 = sure r8\n"
                      "r10 = le_n r5 r2\nr11 = sure r10\n"));
}

static void test_reuse(void) {
  /* r4 is free again when r5 is made, and FAULT follows its operation at once. */
  CU_ASSERT(back_says("input t { n number; m number; } abs(default(n, m) + m) > 5 -> x; n > 1 -> y;", UP_TO_REGISTERS,
                      "r0 = column n\nr1 = column m\nr2 = const_n 5\nr3 = const_n 1\n"
                      "for each batch\n"
                      "r4 = else_n r0 r1\nr5 = add_n r1 r4\n"
                      "r6 = present r1\nr7 = present r4\nr8 = and r6 r7\nfault r5 r8\n"
                      "r4 = abs_n r5\nr8 = present r5\nfault r4 r8\n"
                      "r8 = lt_n r2 r4\nr7 = sure r8\n"
                      "r6 = lt_n r3 r0\nr9 = sure r6\n"));
}

static char *repeat(const char *first, const char *format, int count, const char *last) {
  char *text = malloc((size_t)count * (strlen(format) + 40) + strlen(first) + strlen(last) + 1), *at = text;
  at += sprintf(at, "%s", first);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  for (int i = 0; i < count; i++) at += sprintf(at, format, i, i + 1, i, i);
#pragma GCC diagnostic pop
  sprintf(at, "%s", last);
  return text;
}

/* Chains longer than the machine's stack is deep, in time and registers that do not explode. */
static void test_long_chains(void) {
  struct back back;
  char *lets = repeat("", "let a%d = a%d + 1; ", 10000, "let a10000 = n; a0 > 5 -> x;");
  CU_ASSERT_FATAL(back_run(&back, lets, UP_TO_REGISTERS));
  CU_ASSERT(back.codes[0].reg_count < 20);
  back_free(&back);
  free(lets);

  char *chain = repeat("no", " or (n = %d and m > %d)", 32000, " -> x;");
  CU_ASSERT_FATAL(back_run(&back, chain, UP_TO_REGISTERS));
  CU_ASSERT(back.codes[0].reg_count - back.codes[0].prologue < 20);
  back_free(&back);
  free(chain);

  char *tags = repeat("n > 1 -> t0; ", "t%d and m > 1 -> t%d; ", 10000, "");
  CU_ASSERT_FATAL(back_run(&back, tags, UP_TO_REGISTERS));
  CU_ASSERT_EQUAL(back.plan.stages[0].root_count, 2 * 10001 + 10001);
  back_free(&back);
  free(tags);
}

void suite_registers(void);
void suite_registers(void) {
  CU_pSuite suite = CU_add_suite("registers", NULL, NULL);
  CU_add_test(suite, "mission", test_mission);
  CU_add_test(suite, "reuse", test_reuse);
  CU_add_test(suite, "dice", test_dice);
  CU_add_test(suite, "long chains", test_long_chains);
}
