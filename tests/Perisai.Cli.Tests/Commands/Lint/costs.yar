import "pe"

// Found by eight bytes in a row: costs nothing.
rule fast_text { strings: $a = "a rather long text" condition: $a }

rule fast_hex { strings: $a = { 8B 45 ?? 6A 40 68 00 30 1F 00 [4-6] FF D0 } condition: $a }

// The worst of several.
rule worst_of_two { strings: $good = "something unusual" $bad = "xyz" condition: any of them }

// Four zeros are in every file.
rule common { strings: $a = { 00 00 00 00 00 00 00 00 ?? 01 } condition: $a }

rule one_byte { strings: $a = /[0-9a-f]{2,5}x/ condition: $a }

rule everywhere { strings: $a = /a?/ condition: #a > 3 }

rule no_strings { condition: pe.number_of_sections == 3 }

rule no_strings_no_tests { condition: not fast_text }
