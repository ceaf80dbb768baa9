# many_rules.awk - a rule file of any number of rules over the 26-column dump: awk -v count=200 -f many_rules.awk
#
# Twelve kinds of rules by turns, as marketers write them, each with numbers of its own, so that no two are the same and
# most of them hold for few customers.

function pick(list, i,  n, parts) {
  n = split(list, parts, ",")
  return parts[i % n + 1]
}

BEGIN {
  print "input customers {"
  print "  customer_id text key; email text; phone text; city text; source text;"
  print "  registered_at date; first_order_at date; last_order_at date;"
  print "  orders integer; revenue money; returns integer; abandoned_carts integer; lost_count integer;"
  print "  days_since_last integer; email_consent flag; sms_consent flag; nps integer; support_tickets integer;"
  print "  visits_30d integer;"
  print "}"
  cities = "Киев,Харьков,Одесса,Днепр,Львов,Бровары,Ирпень,Полтава,Сумы,Херсон,Винница,Житомир"
  sources = "organic,referral,direct,ads,social,email,marketplace"
  domains = "gmail.com,ukr.net,i.ua,mail.example,yahoo.com,shop.example"
  for (i = 0; i < count; i++) {
    k = int(i / 12)
    kind = i % 12
    if (kind == 0) rule = "revenue >= " 20000 + 50 * k " and revenue < " 20400 + 50 * k " and orders >= " 2 + k % 7
    if (kind == 1) rule = "days_since_last between " k % 900 " and " k % 900 + 2 " and orders >= " 1 + k % 5
    if (kind == 2) rule = "email ends with \"" k "@" pick(domains, k) "\" and email_consent"
    if (kind == 3) rule = "city = \"" pick(cities, k) "\" and source = \"" pick(sources, k) "\"" \
                          " and visits_30d >= " 30 + k % 9
    if (kind == 4) rule = "abandoned_carts >= " 1 + k % 4 " and visits_30d = " k % 39 " and not (returns > " k % 3 ")"
    if (kind == 5) rule = "orders > 0 and returns * " 10 + k " > orders * " 9 + k " and lost_count >= 1"
    if (kind == 6) rule = "orders > 1 and revenue / orders > " 1400 + k % 200 " and nps >= 9"
    if (kind == 7) rule = "registered_at between 20" 20 + k % 6 "-" sprintf("%02d-%02d", 1 + k % 12, 1 + k % 27) \
                          " and 20" 20 + k % 6 "-" sprintf("%02d-%02d", 1 + k % 12, 2 + k % 27) " and sms_consent"
    if (kind == 8) rule = "last_order_at - first_order_at > " 1500 + k " and source = \"" pick(sources, k) "\""
    if (kind == 9) rule = "city in (\"" pick(cities, k) "\", \"" pick(cities, k + 5) "\") and nps = " k % 11 \
                          " and support_tickets >= " 2 + k % 4
    if (kind == 10) rule = "nps <= " k % 7 " and support_tickets >= " 2 + k % 4 " and days_since_last < " 60 + k
    if (kind == 11) rule = "phone starts with \"+380" 50 + k % 50 sprintf("%02d", k % 100) "\" and email is present"
    print rule " → t" i ";"
  }
}
