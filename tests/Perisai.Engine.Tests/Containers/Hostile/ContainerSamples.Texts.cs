namespace Perisai.Engine.Tests.Containers.Hostile;

/// <summary>Texts and their normalised views.</summary>
internal static partial class ContainerSamples
{
    private static Dictionary<string, Sample> Texts() => new()
    {
        // A page has no end: what is cut off is not missed.
        ["html-data"] = new(FileType.Html, false, _ => BuildPage()) { MayEndBefore = static sample => sample.Length },
        ["screnc"] = new(FileType.EncodedScript, false, _ => EncodedScript.ScriptEncoder.Encode([.. Text(), .. MarkerDefinitions.Marker]))
        {
            // A wrong sum is a fault.
            EndIsOptional = true,
        },
    };

    private static byte[] BuildPage() =>
    [
        .. "<html><head><title>A &lt;page&gt;</title><!-- with a comment --></head>\n<body class='x'>Some  Text &#65;\n<a href=\"data:text/plain;base64,"u8,
        .. System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(Content())),
        .. "\">link</a><script>var A = 'b' + \"c\";</script></body></html>\n"u8,
    ];
}
