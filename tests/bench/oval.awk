# oval.awk: 120 OVAL rules and the XCCDF benchmark that runs them, each looking for one
# line in one small file.  awk -v folder=DIR -v file=PATH -f oval.awk
function oval(text) { print text > (folder "/oval.xml") }
function xccdf(text) { print text > (folder "/xccdf.xml") }
BEGIN {
  count = 120; head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
  base = "http://oval.mitre.org/XMLSchema/"
  oval(head "<oval_definitions xmlns=\"" base "oval-definitions-5\" xmlns:ind=\"" base "oval-definitions-5#independent\" xmlns:oval=\"" base "oval-common-5\">")
  oval("<generator><oval:schema_version>5.10</oval:schema_version><oval:timestamp>2023-01-01T00:00:00</oval:timestamp></generator>")
  oval("<definitions>")
  for (i = 1; i <= count; i++)
    oval("<definition class=\"compliance\" id=\"oval:z:def:" i "\" version=\"1\"><metadata><title>rule " i "</title><description>rule " i "</description></metadata><criteria><criterion test_ref=\"oval:z:tst:" i "\"/></criteria></definition>")
  oval("</definitions><tests>")
  for (i = 1; i <= count; i++)
    oval("<ind:textfilecontent54_test id=\"oval:z:tst:" i "\" version=\"1\" comment=\"t\" check=\"all\" check_existence=\"at_least_one_exists\"><ind:object object_ref=\"oval:z:obj:" i "\"/></ind:textfilecontent54_test>")
  oval("</tests><objects>")
  for (i = 1; i <= count; i++)
    oval("<ind:textfilecontent54_object id=\"oval:z:obj:" i "\" version=\"1\"><ind:filepath>" file "</ind:filepath><ind:pattern operation=\"pattern match\">^q" (i - 1) % 60 + 1 ": .*$</ind:pattern><ind:instance datatype=\"int\">1</ind:instance></ind:textfilecontent54_object>")
  oval("</objects></oval_definitions>")
  xccdf(head "<Benchmark xmlns=\"http://checklists.nist.gov/xccdf/1.2\" id=\"xccdf_z_benchmark_b\"><status>draft</status><version>1</version>")
  xccdf("<Profile id=\"xccdf_z_profile_p\"><title>p</title>")
  for (i = 1; i <= count; i++) xccdf("<select idref=\"xccdf_z_rule_r" i "\" selected=\"true\"/>")
  xccdf("</Profile>")
  for (i = 1; i <= count; i++)
    xccdf("<Rule id=\"xccdf_z_rule_r" i "\" selected=\"true\"><title>rule " i "</title><check system=\"http://oval.mitre.org/XMLSchema/oval-definitions-5\"><check-content-ref href=\"oval.xml\" name=\"oval:z:def:" i "\"/></check></Rule>")
  xccdf("</Benchmark>")
}
