using System.Globalization;
using System.Xml;

namespace Perisai.Engine.Containers.Xar;

/// <summary>Reads the table of contents: files in files, each with a name and, where it is no folder, the place of its data.</summary>
internal static class XarContents
{
    private const int MaxDepth = 128;

    /// <summary>The files; what was read before the text turned out to be damaged, where it is.</summary>
    public static List<XarFile> Read(Stream text, out bool isDamaged)
    {
        var files = new List<XarFile>();
        isDamaged = false;
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, CheckCharacters = false };
        try
        {
            using var reader = XmlReader.Create(text, settings);
            Read(reader, files);
        }
        catch (XmlException)
        {
            isDamaged = true;
        }

        return files;
    }

    private static void Read(XmlReader reader, List<XarFile> files)
    {
        var open = new Stack<XarFile>();
        var path = new Stack<string>();
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    var element = reader.LocalName;
                    if (element == "file")
                        open.Push(new(open.TryPeek(out var folder) ? folder.Name + "/" : ""));
                    else if (element == "encoding" && open.TryPeek(out var file) && path.TryPeek(out var parent) && parent == "data")
                        file.Encoding = reader.GetAttribute("style") ?? "";
                    if (reader.IsEmptyElement)
                        break;
                    if (path.Count == MaxDepth)
                        throw new XmlException("Elements are nested too deep.");
                    path.Push(element);
                    break;
                case XmlNodeType.EndElement:
                    path.TryPop(out _);
                    if (reader.LocalName == "file" && open.TryPop(out var done) && done.Stored >= 0)
                        files.Add(done);
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA when open.TryPeek(out var current) && path.Count >= 2:
                    var name = path.Pop();
                    Set(current, path.Peek(), name, reader.Value.Trim());
                    path.Push(name);
                    break;
            }
        }
    }

    private static void Set(XarFile file, string parent, string name, string value)
    {
        if (parent == "file" && name == "name")
        {
            file.Name += value;
            return;
        }

        if (parent != "data" || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return;
        switch (name)
        {
            case "offset":
                file.Offset = number;
                break;
            case "length":
                file.Stored = number;
                break;
            case "size":
                file.Length = number;
                break;
        }
    }
}
