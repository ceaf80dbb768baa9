# opcodes.awk - the opcode manual, made of runtime/opcodes.def: its first comment, then a line for each instruction.

NR == 1                { sub(/^\/\* opcodes\.def - /, ""); preface = 1 }
preface                { last = sub(/ *\*\/$/, ""); sub(/^   /, ""); print; if (last) preface = 0; next }
/^\/\* -- /            { gsub(/^\/\* -- | -+ \*\/$/, ""); printf "\n%s\n\n", $0 }
/^OP\(/ {
  split($0, quoted, "\"")
  split(quoted[1], field, /[(, ]+/)
  operands = ""
  for (i = 4; i <= 6; i++) if (field[i] != "_") operands = operands field[i]
  line = sprintf("  %-11s %1s <- %-4s %-6s %-7s %s", tolower(field[2]), field[3] == "_" ? "" : field[3], operands,
                 field[7] == "NONE" ? "" : tolower(field[7]), tolower(field[8]), quoted[2])
  sub(/ +$/, "", line)
  print line
}
